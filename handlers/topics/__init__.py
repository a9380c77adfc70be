"""One file per topic. `handlers.router` says what a topic file must define."""
