/**
 * Telephone numbers that help in an emergency, told apart in a text so that they can be dialled by a tap.
 *
 * The short ones count only where the text says to call them: a house can have number 112, too.
 */

const HELP = /((?:\bbel|\bbellen met|\bcall)\s+)(11[23])(?![\w.-]*\w)|\b(0800-?\d{4})\b/gi;

/** The text in pieces, in order: `{text}`, or `{text, tel}` for a number to dial. Joined they are the text itself. */
export function withNumbers(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(HELP)) {
    const number = found[2] || found[3];
    const start = found.index + found[0].length - number.length;
    pieces.push({ text: text.slice(from, start) }, { text: number, tel: number.replace(/\D/g, "") });
    from = start + number.length;
  }
  pieces.push({ text: text.slice(from) });
  return pieces.filter((piece) => piece.text);
}
