import { ofContainers, workloads } from './pods.ts';
import { type Deployed, type Rule, when } from './rule.ts';

const WITHDRAWN = /(^|\/)(bitnami|bitnamilegacy)\//;
const OURS = /(^|\/)pushtech\/([a-z-]+)$/;

/** `registry:5000/a/b:1@sha256:…` in its parts. */
export const parts = (image: string) => {
  const [, name = image, tag, digest] = /^(.+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  return { name, tag, digest };
};

const wrongWith = (image: string, { services, version }: Deployed): string | undefined => {
  const { name, tag, digest } = parts(image);
  if (WITHDRAWN.test(name)) return 'is withdrawn';
  if (!digest && (tag === undefined || tag === 'latest' || !/\d/.test(tag))) return 'has no fixed version';
  const own = OURS.exec(name)?.[2];
  if (own === undefined) return undefined;
  if (own !== 'scripts' && !services.some((service) => service.name === own))
    return 'is of no service in services.ts';
  return digest || tag === version ? undefined : `is not of this version, ${version}`;
};

export const images: Rule = {
  promise:
    'images have a fixed version and are not withdrawn; ours are those of services.ts, in this version',
  check: (documents, deployed) =>
    workloads(documents).flatMap((workload) =>
      ofContainers(workload, workload.containers, ({ image }) => {
        const wrong = wrongWith(image, deployed);
        return when(wrong, `image "${image}" ${wrong}`);
      }),
    ),
};
