"""Where clients are served: the web chat and its widget, Telegram, the secure pages and the public interface.

A channel (`web`, `telegram`) takes text or a pressed choice and hands it to `talk`, the conversation service that knows
no channel. `talk` asks casework who is speaking, looks for danger, answers the fixed commands itself and asks the
engine for the rest. Nothing here decides about a person's data: that is casework's.
"""
