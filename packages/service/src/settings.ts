import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** All that is wrong with the settings, at once: nobody should fix one and find the next. */
export class SettingsError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** A setting that is never logged and may also come from a file named by `<KEY>_FILE`. */
export const secret = (description: string) =>
  z.string().default('').describe(description).meta({ secret: true });

/** Words separated by commas. */
export const listSetting = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

export const portSetting = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(fallback)
    .describe('port to listen on; 0 = any free one');

const text = (fallback: string, description: string) => z.string().default(fallback).describe(description);

const TRUSTED = /^(\d{1,2}|[0-9a-f.:]+(\/\d{1,3})?)$/i;

/** What every service knows (DESIGN §9). */
export const commonSettings = z.object({
  HOST: text('127.0.0.1', 'address to listen on; anything but loopback needs ADMIN_PASSWORD'),
  PORT: portSetting(8080),
  DATA_DIR: text('./data', 'folder of the embedded engines, the key and the spool'),
  BUFFER_URL: text('', 'engine of hits between tracker and enricher; empty = sqlite in DATA_DIR'),
  LOG_URL: text('', 'engine of the event log; empty = sqlite in DATA_DIR'),
  STATS_URL: text('', 'engine of the counters; empty = sqlite in DATA_DIR'),
  STORE_URL: text('', 'engine of offers and accounts; empty = sqlite in DATA_DIR'),
  JOBS_URL: text('', 'engine of jobs; empty = sqlite in DATA_DIR'),
  IMAGES_URL: text('', 'where pictures lie; empty = a folder in DATA_DIR'),
  PUBLIC_URL: text('', 'address others reach us at, may hold {service}; empty = http://localhost:PORT'),
  TRUSTED_PROXIES: listSetting
    .refine(
      (parts) => parts.every((part) => TRUSTED.test(part)),
      'must be CIDRs, addresses or one number of hops',
    )
    .default([])
    .describe('proxies whose X-Forwarded-For counts: CIDRs, or a number of hops; empty = nobody'),
  ADMIN_PASSWORD: secret('password of the screens; empty = open on this machine only'),
  API_TOKEN: secret('a bearer token with all scopes'),
  OIDC_ISSUER: text(
    '',
    'OpenID Connect provider to sign in by, e.g. https://accounts.example.org; empty = none',
  ),
  OIDC_CLIENT_ID: text('', 'what the provider calls this installation'),
  OIDC_CLIENT_SECRET: secret('what the provider gave with the client id'),
  OIDC_NAME: text('OpenID Connect', 'name of the provider, on the button of the sign-in'),
  SECRET_KEY: secret('signs sessions, tokens, links and visitor ids; empty = made once in DATA_DIR'),
  SITES: listSetting.default([]).describe('sites whose events are kept; empty = all'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least severe level that is logged'),
});

export type CommonSettings = z.infer<typeof commonSettings>;

const isSecret = (field: z.ZodType): boolean => field.meta()?.secret === true;

const withFiles = (shape: Record<string, z.ZodType>, env: NodeJS.ProcessEnv, problems: string[]) => {
  const values: Record<string, string> = {};
  for (const [key, field] of Object.entries(shape)) {
    const given = env[key];
    const file = isSecret(field) ? env[`${key}_FILE`] : undefined;
    if (given !== undefined && given !== '') values[key] = given;
    if (!file) continue;
    if (values[key] !== undefined) problems.push(`${key} and ${key}_FILE are both set; use one`);
    try {
      values[key] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${key}_FILE: ${file} cannot be read`);
    }
  }
  return values;
};

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** What one key alone cannot tell. */
const together = (settings: Partial<CommonSettings>): string[] => {
  const problems: string[] = [];
  if (settings.HOST !== undefined && !LOOPBACK.has(settings.HOST) && !settings.ADMIN_PASSWORD) {
    problems.push(`HOST is ${settings.HOST}, which others can reach: set ADMIN_PASSWORD`);
  }
  const external = (['BUFFER_URL', 'LOG_URL', 'STATS_URL', 'STORE_URL', 'JOBS_URL'] as const).filter(
    (key) => settings[key] && !settings[key].startsWith('sqlite:'),
  );
  if (external.length > 0 && !settings.SECRET_KEY) {
    problems.push(`${external.join(', ')} is shared with other processes: set SECRET_KEY, the same for all`);
  }
  if (settings.OIDC_ISSUER && !settings.OIDC_CLIENT_ID) {
    problems.push('OIDC_ISSUER is set: set OIDC_CLIENT_ID too');
  }
  if (settings.SECRET_KEY && settings.SECRET_KEY.length < 32) {
    problems.push('SECRET_KEY must have at least 32 characters');
  }
  return problems;
};

/**
 * Reads the settings of one service from the environment; an empty value counts as absent.
 * @throws SettingsError with every problem
 */
export const loadSettings = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): Readonly<z.infer<z.ZodObject<Shape>>> => {
  const problems: string[] = [];
  const values = withFiles(schema.shape as unknown as Record<string, z.ZodType>, env, problems);
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`);
    problems.push(...together({ ...values, TRUSTED_PROXIES: [], SITES: [] } as never));
    throw new SettingsError(problems);
  }
  problems.push(...together(parsed.data as Partial<CommonSettings>));
  if (problems.length > 0) throw new SettingsError(problems);
  const settings = parsed.data as Record<string, unknown>;
  for (const role of ['BUFFER', 'LOG', 'STATS', 'STORE', 'JOBS'] as const) {
    const key = `${role}_URL`;
    if (settings[key] === '') settings[key] = `sqlite:${settings.DATA_DIR}/${role.toLowerCase()}.db`;
  }
  if (settings.IMAGES_URL === '') settings.IMAGES_URL = `file:${settings.DATA_DIR}/images`;
  return Object.freeze(parsed.data);
};

/** Key, default and meaning of each setting: what README and `.env.example` must say (by test). */
export const settingsTable = (schema: z.ZodObject): { key: string; fallback: string; meaning: string }[] =>
  Object.entries(schema.shape).map(([key, field]) => {
    const fallback = (field as z.ZodType).safeParse(undefined).data;
    return {
      key,
      fallback: Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? ''),
      meaning: (field as z.ZodType).description ?? '',
    };
  });
