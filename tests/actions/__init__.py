"""Tests of the dialogue's actions, called as Rasa calls them."""
