/** Text in which nothing hides: what cannot be seen, or turns the text around it, stands there as `\u202e`. */
export const visible: (text: string) => string;
/** The same for indented JSON, whose line ends are ours. */
export const visibleJson: (value: unknown) => string;
