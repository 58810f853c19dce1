import { createSecretBox, hashSecret, randomSecret, secretsEqual } from '#services/kernel/secrets/secret-box.js'

describe('secret box', () => {
  const box = createSecretBox(['the key of today'])

  it('opens its sealed text for the same purpose', () => {
    for (const plain of ['', 'a token', 'ünïcödé 🔑', 'x'.repeat(10_000)])
      expect(box.open(box.seal(plain, 'agent:agt_1'), 'agent:agt_1')).toBe(plain)
  })

  it('seals the same secret differently each time', () => {
    const [one, two] = [box.seal('a token', 'p'), box.seal('a token', 'p')]
    expect(one).not.toBe(two)
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('a token')
  })

  it('does not open sealed text of another row', () => {
    expect(() => box.open(box.seal('a token', 'agent:agt_1'), 'agent:agt_2')).toThrow('cannot be opened')
  })

  it('does not open sealed text with any changed byte', () => {
    const sealed = Buffer.from(box.seal('a token', 'p').slice(3), 'base64url')
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed)
      changed[index]! ^= 1
      expect(() => box.open(`v1.${changed.toString('base64url')}`, 'p')).toThrow('cannot be opened')
    }
  })

  it.each(['', 'v1.', 'v1.AAAA', 'nothing', `v1.${'A'.repeat(20)}`])('reports that %j cannot be opened', (sealed) => {
    expect(() => box.open(sealed, 'p')).toThrow('cannot be opened')
  })

  it('rejects a truncated tag', () => {
    const sealed = Buffer.from(box.seal('', 'p').slice(3), 'base64url')
    expect(() => box.open(`v1.${sealed.subarray(0, 16).toString('base64url')}`, 'p')).toThrow('cannot be opened')
  })

  it('seals with the first key and opens with every listed key', () => {
    const old = box.seal('from before', 'p')
    const rotated = createSecretBox(['the key of tomorrow', 'the key of today'])
    expect(rotated.open(old, 'p')).toBe('from before')
    const fresh = rotated.seal('from now on', 'p')
    expect(createSecretBox(['the key of tomorrow']).open(fresh, 'p')).toBe('from now on')
    expect(() => box.open(fresh, 'p')).toThrow('cannot be opened')
    expect(() => createSecretBox(['the key of tomorrow']).open(old, 'p')).toThrow('cannot be opened')
  })

  it('requires a key', () => {
    expect(() => createSecretBox([])).toThrow('at least one key')
  })
})

describe('hashed secrets', () => {
  it('are long, URL-safe and unique', () => {
    const secrets = Array.from({ length: 1000 }, () => randomSecret())
    expect(new Set(secrets).size).toBe(1000)
    expect(secrets.every((secret) => /^[\w-]{43}$/.test(secret))).toBe(true)
  })

  it('are stored as a hash', () => {
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('compare in any length', () => {
    expect(secretsEqual('abc', 'abc')).toBe(true)
    for (const other of ['', 'ab', 'abd', 'abcd', 'ABC']) expect(secretsEqual('abc', other)).toBe(false)
  })
})
