/**
 * Rewrites PostgreSQL's text of an array as a JSON array, in one pass and without recursion.
 *
 * Lower bounds that are not 1 (`[2:3]={7,8}`) have no counterpart in JSON and are dropped.
 *
 * @param text the array as PostgreSQL printed it
 * @param delimiter what stands between elements: `typdelim` of the element type
 * @param encodeElement turns the text of one element, which is never NULL, into JSON
 */
export function arrayToJson(text: string, delimiter: string, encodeElement: (text: string) => string): string {
  let json = '';
  // Bounds are digits, colons and brackets: the first brace opens the array.
  let at = Math.max(0, text.indexOf('{'));
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '{') {
      json += '[';
      at += 1;
    } else if (character === '}') {
      json += ']';
      at += 1;
    } else if (character === delimiter) {
      json += ',';
      at += 1;
    } else if (character === '"') {
      const end = closingQuote(text, at + 1);
      json += encodeElement(unescaped(text.slice(at + 1, end)));
      at = end + 1;
    } else {
      const end = endOfBareElement(text, at, delimiter);
      const element = text.slice(at, end);
      // A string that reads NULL is printed in quotes.
      json += element === 'NULL' ? 'null' : encodeElement(element);
      at = end;
    }
  }
  return json;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"') return at;
  }
  return text.length;
}

function unescaped(quoted: string): string {
  return quoted.includes('\\') ? quoted.replace(/\\([^])/g, '$1') : quoted;
}

function endOfBareElement(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== delimiter && text.charAt(at) !== '}') at += 1;
  return at;
}
