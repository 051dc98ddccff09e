"""What happens at each step of the dialogue: read the turn, ask casework, choose the words.

Rasa decides which action is due and this room carries it out. `app` is the door, `turn` and `say` are what an action
reads and speaks through, `form` asks one thing after another, and each `*_form` module is one errand of a client. All
texts stand in domain.yml; all rules of the work stand in casework.
"""
