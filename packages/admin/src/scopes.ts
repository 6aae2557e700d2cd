/** What a token may be good for. A session and `API_TOKEN` have them all. */
export const scopes = [
  'import',
  'stats:read',
  'stream:read',
  'metrics:read',
  'searches:read',
  'write',
] as const;
export type Scope = (typeof scopes)[number];

export const allScopes: ReadonlySet<Scope> = new Set(scopes);
export const noScopes: ReadonlySet<Scope> = new Set();

export const isScope = (value: unknown): value is Scope => (scopes as readonly unknown[]).includes(value);
