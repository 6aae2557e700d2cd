export type Forms = { one: string; other: string };

/**
 * A text with its blanks filled: `say(words.live.skipped, { n: 5 }, 'de')`. Of `{one, other}` the form is chosen by `n`;
 * numbers are written as the language does.
 */
export const say: (text: string | Forms, values?: Record<string, string | number>, lang?: string) => string;
