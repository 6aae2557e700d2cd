export const filterNames: readonly string[];
export interface FilterProblem {
  code: string;
  word: string;
}
export const readFilterText: (text: string) => { filter: Record<string, string>; problems: FilterProblem[] };
export const filterText: (filter: Record<string, string>) => string;
export const quoted: (value: string) => string;
