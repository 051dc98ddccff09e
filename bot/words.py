"""The sentences that Balie's channels say themselves: Dutch first, English beside it. Answers come from the engine."""

from casework.words import Both

EMPTY = Both(
    nl="Ik zie nog geen tekst. Typ uw vraag, of kies een van de knoppen. Neem gerust de tijd.",
    en="I see no text yet. Type your question, or choose one of the buttons. Take your time.",
)
EMPTY_AGAIN = Both(
    nl="Er staat nog niets in uw bericht. Schrijf gerust in uw eigen woorden wat u wilt weten.",
    en="Your message is still empty. Feel free to write in your own words what you want to know.",
)
NO_WORDS = Both(
    nl="Ik kan alleen woorden lezen, geen losse tekens of plaatjes. Wat wilt u zeggen of vragen?",
    en="I can only read words, no signs or pictures by themselves. What would you like to say or ask?",
)
NO_WORDS_AGAIN = Both(
    nl="Ook hierin zie ik geen woorden. Schrijf het in een paar woorden, of kies een van de knoppen.",
    en="I see no words in this either. Write it in a few words, or choose one of the buttons.",
)
WIPE_ASK = Both(
    nl="Ik kan dit gesprek nu wissen. Dan kunnen wij het niet meer teruglezen, en u ook niet. "
    "Een verzoek dat u al deed, blijft staan.",
    en="I can erase this conversation now. Then we can't read it again, and neither can you. "
    "A request that you already made stays.",
)
WIPE = Both(nl="Wissen", en="Erase")
WIPE_NOT = Both(nl="Zo laten", en="Leave it")
WIPE_LEFT = Both(
    nl="Goed. Dit gesprek blijft zoals het is. U kunt verder waar u was.",
    en="Good. This conversation stays as it is. You can go on where you were.",
)
WIPED = Both(nl="Dit gesprek is gewist.", en="This conversation has been erased.")
WIPED_ONE_STAYS = Both(
    nl="Het verzoek dat u deed ({references}) blijft staan, want daar hebt u om gevraagd.",
    en="The request that you made ({references}) stays, because you asked for it.",
)
WIPED_MORE_STAY = Both(
    nl="De verzoeken die u deed ({references}) blijven staan, want daar hebt u om gevraagd.",
    en="The requests that you made ({references}) stay, because you asked for them.",
)
WIPED_SOON = Both(
    nl="Eén versleuteld deel wissen wij zodra het systeem weer antwoordt. Dat gaat vanzelf.",
    en="One encrypted part is erased as soon as the system answers again. That happens by itself.",
)
STARTED_OVER = Both(
    nl="We beginnen opnieuw. Wat u in dit gesprek nog niet bevestigd had, is gewist. Waarmee kan ik u helpen?",
    en="We start again. What you had not confirmed in this conversation has been erased. What can I do for you?",
)
SPEAKS = Both(
    nl="Vanaf nu praat ik Nederlands. Ik ben een computer, geen mens. U kunt verder waar u was.",
    en="From now on I speak English. I am a computer, not a person. You can go on where you were.",
)
SPEAKS_ALREADY = Both(
    nl="Ik praat al Nederlands met u. Typ gerust uw vraag.",
    en="I already speak English with you. Just type your question.",
)
TURNS_TO = Both(
    nl="Ik ga verder in het Nederlands. Wilt u terug, zeg dan: English.",
    en="I go on in English. If you want to go back, say: Nederlands.",
)
AWAY = Both(
    nl="Ik kan even niet antwoorden. Dat ligt aan ons, niet aan u. Wat u al had bevestigd, is bewaard. "
    "Stuur uw laatste bericht zo nog eens.",
    en="I can't answer just now. That is our fault, not yours. What you had confirmed is kept. "
    "Please send your last message again in a moment.",
)
NOTHING_SAID = Both(
    nl="Dat begrijp ik nog niet goed. Wilt u het anders zeggen, of zal ik uw vraag aan de coach doorgeven?",
    en="I don't quite understand that yet. Would you say it differently, or shall I pass your question to the coach?",
)
PASS_ON_ASK = Both(
    nl="Zal ik dit aan de coach doorgeven?\n“{text}”\nZonder uw ja geef ik niets door.",
    en="Shall I pass this on to the coach?\n“{text}”\nWithout your yes I pass nothing on.",
)
PASS_ON = Both(nl="Doorgeven", en="Pass on")
KEEP_BACK = Both(nl="Niet doorgeven", en="Don't pass on")
PASSED_ON = Both(
    nl="Doorgegeven. De coach leest het bij {reference}.",
    en="Passed on. The coach reads it with {reference}.",
)
PASSED_ON_UNTIL = Both(
    nl="Doorgegeven. De coach leest het bij {reference}. U krijgt uiterlijk {date} antwoord.",
    en="Passed on. The coach reads it with {reference}. You get an answer by {date} at the latest.",
)
KEPT_BACK = Both(
    nl="Goed. Ik heb niets doorgegeven. Waarmee kan ik u helpen?",
    en="All right. I have passed nothing on. What can I do for you?",
)
PASS_ON_GONE = Both(
    nl="Ik heb dit niet doorgegeven. Wat daarover bij ons stond, is gewist. U kunt de coach wel iets nieuws vragen.",
    en="I have not passed this on. What we kept about it has been erased. You can ask the coach something new.",
)
PASS_ON_BSN = Both(
    nl="Hier lijkt een burgerservicenummer (BSN) in te staan. Dat mogen wij niet bewaren, dus ik geef dit niet door. "
    "Schrijf het zonder dat nummer. Dan vraag ik opnieuw of het naar de coach mag.",
    en="There seems to be a citizen service number (BSN) in this. We may not keep that, so I don't pass this on. "
    "Write it without that number. Then I ask again whether it may go to the coach.",
)
THE_COACH = Both(nl="De coach", en="The coach")
TO_THE_COACH = Both(nl="Vraag het de coach", en="Ask the coach")
ONGOING = Both(
    nl="Hier verder",
    en="Go on here",
)
ON_THE_WEB = Both(
    nl="U was iets aan het invullen op onze webpagina. Maak dat daar af, dan blijft het buiten Telegram. "
    "Met deze link gaat u daar verder; hij werkt één keer, {minutes} minuten lang. Wilt u ermee stoppen, dan kan dat ook.",
    en="You were filling something in on our web page. Finish it there, so that it stays out of Telegram. "
    "With this link you go on there; it works once, for {minutes} minutes. You can also stop it.",
)
STOP = Both(nl="Stoppen", en="Stop")
BACK_IN_TELEGRAM = Both(
    nl="Dit onderdeel is klaar. U kunt nu weer verder praten in Telegram. De webpagina mag u sluiten.",
    en="This part is done. You can go on in Telegram now. You may close the web page.",
)
TELEGRAM_PERSONAL = Both(
    nl="Ik zag persoonlijke gegevens in uw bericht. Die horen niet in Telegram: ik heb er niets mee gedaan en uw bericht "
    "hier gewist. Wis voor de zekerheid ook zelf de chat (tik op de naam bovenaan, dan op Wis geschiedenis). "
    "Via deze link gaat u verder op onze eigen beveiligde pagina; hij werkt één keer, {minutes} minuten lang.",
    en="I saw personal details in your message. They do not belong in Telegram: I did nothing with them and deleted your "
    "message here. To be sure, clear the chat yourself too (tap the name at the top, then Clear history). "
    "With this link you go on on our own secure page; it works once, for {minutes} minutes.",
)
TELEGRAM_PERSONAL_LEFT = Both(
    nl="Ik zag persoonlijke gegevens in uw bericht. Die horen niet in Telegram: ik heb er niets mee gedaan. Wissen lukte "
    "mij niet. Wis uw bericht daarom zelf (tik op de naam bovenaan, dan op Wis geschiedenis). "
    "Via deze link gaat u verder op onze eigen beveiligde pagina; hij werkt één keer, {minutes} minuten lang.",
    en="I saw personal details in your message. They do not belong in Telegram: I did nothing with them. I could not "
    "delete your message. Please do so yourself (tap the name at the top, then Clear history). "
    "With this link you go on on our own secure page; it works once, for {minutes} minutes.",
)
TELEGRAM_STORY = Both(
    nl="Dat is een lang bericht. Wat in Telegram staat, blijft bij Telegram; ik heb er niets mee gedaan. "
    "Via deze link kunt u het op onze eigen beveiligde pagina vertellen; hij werkt één keer, {minutes} minuten lang. "
    "Een korte vraag mag u hier stellen.",
    en="That is a long message. What is in Telegram stays with Telegram; I did nothing with it. "
    "With this link you can tell it on our own secure page; it works once, for {minutes} minutes. "
    "You may ask a short question here.",
)
SECURE_PAGE = Both(nl="Naar de beveiligde pagina", en="To the secure page")
TEXT_ONLY = Both(
    nl="Ik kan alleen tekst lezen. Foto's, stemberichten en bestanden open ik niet en bewaar ik niet. "
    "Typt u uw vraag, dan help ik u graag.",
    en="I can only read text. I don't open photos, voice messages or files, and I don't keep them. "
    "Type your question and I will gladly help.",
)
EDITED = Both(
    nl="U hebt een eerder bericht gewijzigd. Ik lees alleen nieuwe berichten. Stuur het gerust nog eens.",
    en="You changed an earlier message. I only read new messages. Please send it again.",
)
TELEGRAM_WIPED = Both(
    nl="In Telegram zelf staan de berichten nog. Die wist u zo: tik op de naam bovenaan, dan op Wis geschiedenis. "
    "Schrijft u weer, dan begint een nieuw gesprek.",
    en="In Telegram itself the messages are still there. To clear them: tap the name at the top, then Clear history. "
    "If you write again, a new conversation starts.",
)
TELEGRAM_ONE_TO_ONE = Both(
    nl="Ik praat alleen met één persoon tegelijk, dus ik verlaat deze groep. Ik heb hier niets bewaard.",
    en="I only talk with one person at a time, so I leave this group. I have kept nothing here.",
)
TELEGRAM_CHOICE_PASSED = Both(
    nl="Deze keuze werkt niet meer. Typ gerust wat u wilt.",
    en="This choice no longer works. Just type what you want.",
)
TELEGRAM_FAILED = Both(
    nl="Er ging bij ons iets mis. Stuurt u uw laatste bericht nog eens? Wat u al had bevestigd, is bewaard.",
    en="Something went wrong on our side. Would you send your last message again? What you had confirmed is kept.",
)
TELEGRAM_MENU = {
    "start": Both(nl="Begin een gesprek", en="Start a conversation"),
    "privacy": Both(nl="Wat wij met uw gegevens doen", en="What we do with your data"),
    "help": Both(nl="Wat deze balie kan", en="What this desk can do"),
    "wis": Both(nl="Wis dit gesprek", en="Erase this conversation"),
}
