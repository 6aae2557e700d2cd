import { deployedServices } from '../deploy/services.ts';
import { UsageError } from '../task.ts';

/** Address of each service, without a slash at the end: all the same where one front door leads to all. */
export type Places = Record<string, string>;

const blanks = /\{(service|nodePort)\}/g;

/**
 * What an address says of where the services are. `{service}` stands for the first label of each host (`trk`, `www`, …),
 * `{nodePort}` for the port of every node, both as in `deploy/services.ts`; without a blank all share the address.
 * @throws UsageError it is no such address
 */
export const placesOf = (pattern: string): Places => {
  const reached = deployedServices.filter(
    ({ host, nodePort }) => host !== undefined && nodePort !== undefined,
  );
  const places = reached.map(({ name, host, nodePort }) => {
    const text = pattern.replace(blanks, (_, blank) => String(blank === 'service' ? host : nodePort));
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
      throw new UsageError(
        `an installation is at an address like http://localhost:8080 or https://{service}.example.org, not "${pattern}"`,
      );
    }
    return [name, url.origin];
  });
  return Object.fromEntries(places) as Places;
};
