/**
 * An event that meets a goal is counted once more under a type of its own. Senders' types hold no `/`, so nobody can send
 * one, and questions without a type leave these out.
 */
const GOAL = 'goal/';

export const goalType = (id: string): string => GOAL + id;

export const isGoalType = (type: string): boolean => type.startsWith(GOAL);

/** Goals are told apart up to this times the cap of types: types that strangers make up must not crowd them out. */
export const GOAL_ROOM = 2;
