"""The coach's web desk: accounts and sign-in, the day list, tickets with the acts that are allowed now, people, receipts.

Server-rendered HTML without scripts. `app.create_app(office)` is the whole room; `pages/` holds one module per group of
screens, `templates/` the words that people see. The rules of the work stand in casework; the desk only sums up, asks,
does and shows the receipt. The rules of signing in stand here: nobody but the coach has an account.
"""
