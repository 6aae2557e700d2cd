/** A member of a group: what it wants and what it holds, as `topic/partition`. */
export interface Claim {
  member: string;
  topics: readonly string[];
  held: readonly string[];
}

export const partName = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Who works on what: everybody keeps what he holds up to his share, the rest goes to whoever has least. So that a member
 * that comes or goes moves no more partitions than it must. The same for the same claims, whatever their order.
 * @param counts topic → number of partitions
 * @returns member → `topic/partition`
 */
export const assign = (
  claims: readonly Claim[],
  counts: ReadonlyMap<string, number>,
): Map<string, string[]> => {
  const members = claims.toSorted((a, b) => (a.member < b.member ? -1 : 1));
  const given = new Map(members.map(({ member }) => [member, [] as string[]]));
  const open = new Map<string, Claim[]>();
  for (const [topic, count] of counts) {
    const takers = members.filter(({ topics }) => topics.includes(topic));
    if (takers.length === 0) continue;
    for (let partition = 0; partition < count; partition++) open.set(partName(topic, partition), takers);
  }
  const share = Math.ceil(open.size / Math.max(1, members.length));
  for (const { member, held } of members) {
    const mine = given.get(member) as string[];
    for (const part of held) {
      if (mine.length >= share) break;
      if (open.get(part)?.some((taker) => taker.member === member)) {
        mine.push(part);
        open.delete(part);
      }
    }
  }
  const load = ({ member }: Claim): number => given.get(member)?.length ?? 0;
  for (const [part, takers] of open) {
    const least = takers.reduce((best, one) => (load(one) < load(best) ? one : best));
    given.get(least.member)?.push(part);
  }
  return given;
};
