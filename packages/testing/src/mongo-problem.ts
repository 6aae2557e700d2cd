import { exchange, problemOf, type Server } from './exchange.ts';

const OP_MSG = 2013;
const HEADER = 16;

/** BSON of `{hello: 1, $db: "admin"}`. */
const hello = (): Buffer => {
  const elements = Buffer.from('\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0', 'latin1');
  const size = Buffer.alloc(4);
  size.writeInt32LE(elements.length + 4);
  return Buffer.concat([size, elements]);
};

/** OP_MSG: `size id answers opcode`, flags, and one section of kind 0. */
const request = (): Buffer => {
  const body = hello();
  const head = Buffer.alloc(HEADER + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
};

/** Hosts of the list behind `//`, without user and options. `undefined` = the address cannot be read. */
const serversOf = (address: string): Server[] | undefined => {
  const [, hosts, options = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)(.*)$/.exec(address) ?? [];
  const tls = /[?&](tls|ssl)=true/.test(options);
  const urls = hosts?.split(',').map((host) => URL.parse(`mongodb://${host}`));
  if (!urls?.every((url) => url?.hostname)) return undefined;
  return (urls as URL[]).map(({ hostname, port }) => ({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || 27017,
    tls,
  }));
};

const isWhole = (answer: Buffer): boolean =>
  answer.length >= HEADER && answer.length >= answer.readInt32LE(0);

/** A double `ok: 1` among the fields. */
const OK = Buffer.from('\x01ok\0\0\0\0\0\0\0\xf0\x3f', 'latin1');

const serverProblem = async (server: Server, ms: number): Promise<string | undefined> => {
  const answer = await exchange(server, request(), isWhole, ms);
  const fits = answer.readInt32LE(12) === OP_MSG && answer.includes(OK);
  return fits ? undefined : `${server.host}:${server.port} does not answer "hello" as MongoDB does`;
};

/** Why `hello` is not answered; `undefined` = each host listed answers. @param address `mongodb://host[:port][,…]/…` */
export const mongoProblem = (address: string, ms: number): Promise<string | undefined> =>
  problemOf(async () => {
    const servers = serversOf(address);
    if (!servers) return 'that is no mongodb:// address with hosts';
    const all = await Promise.all(servers.map((server) => serverProblem(server, ms)));
    return all.find((problem) => problem !== undefined);
  });
