"""What the talk about a warranty is made of; `handlers.topics.warranty` leads it."""
