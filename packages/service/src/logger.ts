import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

/** JSON lines for machines, readable lines on a terminal. Secrets are cut out wherever they turn up by name. */
export const createLogger = (level: string, name: string): Logger =>
  pino(
    {
      level,
      name,
      base: { name },
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
    process.stdout.isTTY
      ? pretty({ ignore: 'pid,hostname,name', translateTime: 'HH:MM:ss', sync: true })
      : process.stdout,
  );
