/**
 * The one write of promfix. All or nothing: every version, the audit head and every lock are compared first; only then anything is written.
 * ARGV[1] is the JSON that `prepareCommit` makes (`commit.ts`). KEYS[1] routes the script; all keys carry the same hash tag.
 */
export const COMMIT = `
local tx = cjson.decode(ARGV[1])
for _, put in ipairs(tx.puts) do
  if tonumber(redis.call('HGET', put.key, 'v') or '0') ~= put.expect then return {'changed', put.kind, put.id} end
end
local head = redis.call('GET', KEYS[1]) or ''
if #tx.audit > 0 and head ~= tx.head then
  local time = redis.call('TIME')
  return {'head', head, time[1], time[2]}
end
for _, uid in ipairs(tx.acquire.uids) do
  local owner = redis.call('HGET', tx.locks, uid)
  if owner and owner ~= tx.acquire.owner then return {'locked', uid, owner} end
end
for _, put in ipairs(tx.puts) do
  redis.call('HSET', put.key, 'v', put.expect + 1, 'j', put.json)
  if put.all then
    redis.call('ZADD', put.all, 'NX', tx.at, put.id)
    if put.isLive then redis.call('ZADD', put.live, 'NX', tx.at, put.id) else redis.call('ZREM', put.live, put.id) end
  end
end
for _, gone in ipairs(tx.forget) do
  for _, key in ipairs(gone.keys) do redis.call('PEXPIRE', key, tx.forgetMs) end
  if gone.all then
    redis.call('ZREM', gone.all, gone.id)
    redis.call('ZREM', gone.live, gone.id)
  end
end
for _, uid in ipairs(tx.acquire.uids) do redis.call('HSET', tx.locks, uid, tx.acquire.owner) end
for _, uid in ipairs(tx.release.uids) do
  if redis.call('HGET', tx.locks, uid) == tx.release.owner then redis.call('HDEL', tx.locks, uid) end
end
for _, entry in ipairs(tx.audit) do redis.call('XADD', tx.stream, entry.id, 'e', entry.json) end
if #tx.audit > 0 then redis.call('SET', KEYS[1], tx.nextHead) end
for _, entry in ipairs(tx.outbox) do
  local revision = redis.call('INCR', tx.revision)
  local since = redis.call('HGET', entry.key, 'at') or tx.at
  redis.call('HSET', entry.key, 'j', entry.json, 'r', revision, 'lane', entry.lane, 'message', entry.message, 'at', since)
  redis.call('ZADD', entry.outbox, 'NX', revision, entry.id)
  redis.call('PUBLISH', entry.wake, '1')
end
return {'ok'}
`;

/**
 * Claims what is due, one entry a lane. An entry waits for the earlier ones of its lane, unless it repaints a message that is posted already:
 * then order does not matter and a decision is shown at once. KEYS[1] is the outbox; ARGV: key prefix of the entries, limit, lease (ms).
 */
export const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed, taken = {}, {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, 4999)) do
  local key = ARGV[1] .. id
  local entry = redis.call('HMGET', key, 'j', 'r', 'lane', 'message', 'due', 'at')
  if not entry[1] then
    redis.call('ZREM', KEYS[1], id)
  else
    local repaint = entry[4] ~= '' and redis.call('EXISTS', entry[4]) == 1
    local ordered = entry[3] ~= '' and not repaint
    if tonumber(entry[5] or '0') <= now and not (ordered and taken[entry[3]]) then
      redis.call('HSET', key, 'due', now + ARGV[3])
      local attempts = redis.call('HINCRBY', key, 'attempts', 1)
      claimed[#claimed + 1] = {entry[1], entry[2], attempts, entry[6] or ''}
    end
    if ordered then taken[entry[3]] = true end
  end
  if #claimed >= tonumber(ARGV[2]) then break end
end
return claimed
`;

/**
 * KEYS: outbox, entry, record of its message; ARGV: id, revision, milliseconds after which that record goes ('': never). An entry that was
 * written anew stays and is due at once; then 1 is returned.
 */
export const DONE = `
local revision = redis.call('HGET', KEYS[2], 'r')
if not revision then return 0 end
if revision == ARGV[2] then
  redis.call('DEL', KEYS[2])
  redis.call('ZREM', KEYS[1], ARGV[1])
  if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[3], ARGV[3]) end
  return 0
end
redis.call('HSET', KEYS[2], 'due', 0, 'attempts', 0)
return 1
`;

/** KEYS: entry; ARGV: delay (ms). */
export const RETRY = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'due', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1])
return 1
`;
