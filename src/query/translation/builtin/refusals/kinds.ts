/** Words that hardly any sentence of a language does without, and hardly any English one has. */
const LANGUAGES: Readonly<Record<string, ReadonlySet<string>>> = {
  German: words('wie viele wieviele welche welcher welches wer der die das den dem und nicht haben hat sind ist wir unsere zeige alle aus mit für gibt es kunden bestellungen'),
  French: words('combien quel quels quelle quelles les des est sont avec pour nous clients commandes montre liste dans du le la qui avons'),
  Spanish: words('cuántos cuantos cuántas cuantas cuál cual cuáles qué los las el del con para clientes pedidos muestra tenemos hay por'),
  Italian: words('quanti quante quale quali gli dei delle della con per clienti ordini mostra abbiamo sono ci il'),
  Portuguese: words('quantos quantas qual quais os dos das com para clientes pedidos mostre temos há'),
  Dutch: words('hoeveel welke het een zijn klanten bestellingen toon alle van wij hebben'),
};
const CHAT = /^\W*(hi|hello|hey|thanks|thank you|good (morning|evening|afternoon|day)|how are you|who are you|what are you|what can you do|help|tell me a joke|what is the (weather|time)|what's the (weather|time))\b/i;
const WRITE = /^\W*(please\s+)?(can you\s+|could you\s+)?(delete|remove|erase|drop|truncate|update|insert|add|create|alter|change|modify|rename|set|grant|revoke|cancel)\s/i;
const STATEMENT = /^\W*(select\s.+\sfrom\s|insert\s+into\s|update\s.+\sset\s|delete\s+from\s|(drop|alter|create|truncate)\s+(table|view|index|schema|role|database)\b|with\s.+\sas\s*\()/is;
const REASONS = /^\W*(and\s+)?(why|how come|for what reason|what is the reason|explain why)\b/i;

/** What kind of request a question that was not understood is, in plain words; undefined for what may be asked here. */
export function kindOf(question: string): string | undefined {
  if (STATEMENT.test(question)) return 'This looks like SQL, not like a question: SQL is run by /api/v1/query/sql.';
  if (WRITE.test(question)) return 'Questions are only answered: they delete, change and add nothing.';
  if (REASONS.test(question)) return 'The question asks for a reason. Only what is recorded can be listed, counted and compared.';
  const language = languageOf(question);
  if (language) return `The question seems to be in ${language}: only questions in English are understood.`;
  if (CHAT.test(question)) return 'This is no question about what the database holds.';
  return undefined;
}

function languageOf(question: string): string | undefined {
  const said = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  const counts = Object.entries(LANGUAGES).map(([language, known]) => ({ language, count: said.filter((word) => known.has(word)).length }));
  const [best] = counts.sort((a, b) => b.count - a.count);
  return best && best.count >= 2 && best.count * 3 >= said.length ? best.language : undefined;
}

function words(text: string): Set<string> {
  return new Set(text.split(' '));
}
