/** What a token may be good for. An owner's session and `API_TOKEN` have them all. */
export const scopes = [
  'import',
  'stats:read',
  'stream:read',
  'metrics:read',
  'searches:read',
  'write',
  'sites:write',
  'numbers:write',
  'dead:write',
  'people:write',
] as const;
export type Scope = (typeof scopes)[number];

/** What a role may do; an owner may do all. */
export const roleScopes = {
  owner: scopes,
  marketer: ['stats:read', 'stream:read', 'searches:read', 'sites:write', 'numbers:write'],
  engineer: ['stats:read', 'stream:read', 'metrics:read', 'searches:read', 'dead:write'],
} as const satisfies Record<string, readonly Scope[]>;

export const roles = Object.keys(roleScopes) as (keyof typeof roleScopes)[];

export const isRole = (value: unknown): value is keyof typeof roleScopes =>
  (roles as readonly unknown[]).includes(value);

export const allScopes: ReadonlySet<Scope> = new Set(scopes);
export const noScopes: ReadonlySet<Scope> = new Set();

const byRole: Record<string, ReadonlySet<Scope>> = Object.fromEntries(
  roles.map((role) => [role, new Set(roleScopes[role])]),
);

export const scopesOf = (role: string): ReadonlySet<Scope> => byRole[role] ?? noScopes;

export const isScope = (value: unknown): value is Scope => (scopes as readonly unknown[]).includes(value);
