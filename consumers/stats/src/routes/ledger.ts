import type { Ledger } from '@pushtech/stats';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addQuestion, type RouteDeps } from '../answer.ts';
import { iso, ledgerFields } from '../questions.ts';

const query = z.object(ledgerFields);

const rows = ({ dropped, window, road, ...numbers }: Ledger): [string, number | string][] => [
  ...Object.entries(numbers),
  ...Object.entries(dropped).map(([reason, n]): [string, number] => [`dropped ${reason}`, n]),
  ['window days', window.days],
  ['window ids', window.ids],
  ...(road
    ? ([
        ['road at', iso(road.at)],
        ['road delay ms', road.delayMs],
      ] as [string, number | string][])
    : []),
];

export const ledgerRoute = (app: FastifyInstance, { stats }: RouteDeps): void =>
  addQuestion(app, {
    path: '/stats/ledger',
    summary:
      'Where everything received went: received + redelivered = kept + dead + dropped. road: the newest heartbeat.',
    query,
    async answer({ from, to, run }) {
      const { road, ...found } = await stats.ledger({
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(run !== undefined && { run }),
      });
      const body = { ...found, ...(road && { road: { ...road, at: iso(road.at) } }) };
      return { body, columns: ['name', 'n'], rows: rows({ ...found, ...(road && { road }) }) };
    },
  });
