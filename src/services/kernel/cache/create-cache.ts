import { LRUCache } from 'lru-cache'

type Options<Key extends {}, Value extends {}> = Pick<
  LRUCache.OptionsBase<Key, Value, unknown>,
  'ttl' | 'ttlResolution' | 'perf'
>

/**
 * A cache that forgets the values that were not used for the longest time. It takes memory for the entries that it has: `max` of LRUCache
 * would reserve memory for all that it may have, which cost a start of the server 20 milliseconds.
 */
export const createCache = <Key extends {}, Value extends {}>(
  maxEntries: number,
  options: Options<Key, Value> = {},
): LRUCache<Key, Value> => new LRUCache({ ...options, maxSize: maxEntries, sizeCalculation: () => 1 })
