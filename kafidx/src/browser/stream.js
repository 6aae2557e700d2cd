const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const SIGNED_OUT = 4401;

/** Browsers do not tell why a websocket was refused; the page itself knows. */
const isSignedOut = async () => {
  const answer = await fetch('/kafidx', { headers: { accept: 'application/json' } }).catch(() => undefined);
  return answer?.status === 401;
};

/**
 * The websocket, opened again by itself, with growing pauses.
 * @param {{
 *   address: () => string,
 *   opened: () => void,
 *   message: (message: any) => void,
 *   waiting: (ms: number) => void,
 * }} options `waiting`: the connection is lost, the next try comes after so long
 */
export const createStream = ({ address, opened, message, waiting }) => {
  let wait = FIRST_WAIT_MS;
  /** @type {WebSocket} */
  let socket;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {CloseEvent} event */
  const lost = async ({ code }) => {
    if (code === SIGNED_OUT || (await isSignedOut())) return location.reload();
    const ms = wait * (0.75 + Math.random() / 2);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    timer = setTimeout(connect, ms);
    waiting(ms);
  };

  const connect = () => {
    clearTimeout(timer);
    timer = undefined;
    socket = new WebSocket(address());
    socket.addEventListener('open', () => {
      wait = FIRST_WAIT_MS;
      opened();
    });
    socket.addEventListener('message', ({ data }) => message(JSON.parse(data)));
    socket.addEventListener('close', lost);
  };

  addEventListener('online', () => {
    if (timer !== undefined) connect();
  });
  connect();

  return {
    /** @param {object} what told now; a new connection is told by its address and `opened` */
    send(what) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
    },
  };
};
