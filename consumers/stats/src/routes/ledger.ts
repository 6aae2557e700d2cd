import type { Ledger } from '@pushtech/stats';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addQuestion, type RouteDeps } from '../answer.ts';
import { ledgerFields } from '../questions.ts';

const query = z.object(ledgerFields);

const rows = ({ dropped, window, ...numbers }: Ledger): [string, number][] => [
  ...Object.entries(numbers),
  ...Object.entries(dropped).map(([reason, n]): [string, number] => [`dropped ${reason}`, n]),
  ['window days', window.days],
  ['window ids', window.ids],
];

export const ledgerRoute = (app: FastifyInstance, { stats }: RouteDeps): void =>
  addQuestion(app, {
    path: '/stats/ledger',
    summary: 'Where everything received went: received + redelivered = kept + dead + dropped.',
    query,
    async answer({ from, to, run }) {
      const body = await stats.ledger({
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(run !== undefined && { run }),
      });
      return { body, columns: ['name', 'n'], rows: rows(body) };
    },
  });
