"""Google's Universal Sentence Encoder, multilingual, version 3 (Yang 2019), read from a wheel and run on numpy."""
