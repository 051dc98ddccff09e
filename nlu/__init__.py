"""The engine room: Rasa Open Source 3.6 in a box of its own.

It hears one message at a time on loopback, says what the next step of the conversation is, and forgets. It runs on
Python 3.10 in its own locked environment, holds no key of the store and shares one module with the product,
`store.sealing`. Start it with `python -m nlu.run`, train it with `python -m nlu.train`.
"""
