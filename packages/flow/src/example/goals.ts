import type { Goal } from '@pushtech/store';

/** Event properties that the example is counted by. */
export const properties = ['plan', 'status'] as const;

/** Goals that every table of the example has rows for. */
export const goals: readonly Goal[] = [
  { id: 'example-signup', name: 'Sign-up', type: 'signup', conditions: [], createdAt: 0 },
  {
    id: 'example-projects',
    name: 'A project read about',
    type: 'pageview',
    conditions: [{ field: 'path', is: 'starts', value: '/projects/' }],
    createdAt: 0,
  },
  { id: 'example-download', name: 'Download', type: 'download', conditions: [], createdAt: 0 },
];
