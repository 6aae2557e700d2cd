import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  code?: unknown;
  cause?: LoggedError;
}

/**
 * What is said of an error. Drivers hang more on theirs, whole commands with the data of visitors in them: that stays out.
 */
const serializeError = (error: unknown, depth = 0): LoggedError | unknown => {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'no error but an object' : error;
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(stack !== undefined && { stack }),
    ...(code !== undefined && { code }),
    ...(cause !== undefined && depth < 3 && { cause: serializeError(cause, depth + 1) }),
  };
};

/** Queries hold visitors' ids and secrets. */
const withoutQuery = (url: unknown): unknown => (typeof url === 'string' ? url.replace(/[?#].*$/s, '') : url);

/** JSON lines for machines, readable lines on a terminal. Secrets are cut out wherever they turn up by name. */
export const createLogger = (level: string, name: string, to?: DestinationStream): Logger =>
  pino(
    {
      level,
      name,
      base: { name },
      serializers: { err: (error) => serializeError(error), url: withoutQuery },
      redact: {
        paths: [
          'ADMIN_PASSWORD',
          'API_TOKEN',
          'SECRET_KEY',
          'OIDC_CLIENT_SECRET',
          '*.ADMIN_PASSWORD',
          '*.API_TOKEN',
          '*.SECRET_KEY',
          '*.OIDC_CLIENT_SECRET',
          '*.authorization',
          '*.cookie',
          'headers.authorization',
          'headers.cookie',
        ],
        censor: '[secret]',
      },
    },
    to ??
      (process.stdout.isTTY
        ? pretty({ ignore: 'pid,hostname,name', translateTime: 'HH:MM:ss', sync: true })
        : process.stdout),
  );
