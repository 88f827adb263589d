// undici's entry loads its fetch, cache, mock and WebSocket parts: 0.1 s that the terminal command would wait for. These are the two files
// that one pool of connections needs; the version is pinned, and the client's tests fail when they move.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const pool: typeof Pool;
  export default pool;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  function request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  export default request;
}
