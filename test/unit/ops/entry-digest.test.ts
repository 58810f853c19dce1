import { createHash } from 'node:crypto'
import { canonicalJson } from '#services/kernel/text/canonical-json.js'
import { createSigningKey, isSignedBy, signingKeyId, signText } from '#services/kernel/secrets/ed25519.js'
import {
  canonicalTime,
  chainStart,
  entryDigester,
  leafData,
  linkValue,
} from '#services/entitlements/ledger-chain/entry-digest.js'

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

const KEY = Buffer.alloc(32, 7)
const COLUMNS = ['account_id', 'version', 'operation_no', 'entry_no', 'at', 'reference', 'source', 'reference_digest']
const CELLS = ['acc_1', '12', '0', '1', '2026-11-24 05:00:00.5+00', 'story "ü" 🙂', null, null]

describe('canonical JSON', () => {
  it('sorts members by code units and writes no spaces', () => {
    expect(canonicalJson({ b: [1, true, null], a: 'x', '\ue000': 1, '🙂': 2 })).toBe(
      '{"a":"x","b":[1,true,null],"🙂":2,"\ue000":1}',
    )
    expect(canonicalJson({ text: '\u0001\n"\\é' })).toBe('{"text":"\\u0001\\n\\"\\\\é"}')
  })
})

describe('digest of an entry', () => {
  it('is the documented hash of the documented text', () => {
    const commitment = sha256('\u0003', KEY, '12-0-1', '\u0000', 'story "ü" 🙂')
    const text = `{"account_id":"acc_1","at":"2026-11-24T05:00:00.500000Z","entry_no":"1","operation_no":"0","reference_digest":"${commitment}","version":"12"}`
    expect(entryDigester('LEDGER', COLUMNS).digest(CELLS, KEY).toString('hex')).toBe(sha256('\u0005', text))
  })

  it('is independent of the order of columns, and of columns that are null', () => {
    const digest = entryDigester('LEDGER', COLUMNS).digest(CELLS, KEY)
    const later = entryDigester('LEDGER', ['rate_card', ...COLUMNS.toReversed()])
    expect(later.digest([null, ...CELLS.toReversed()], KEY)).toEqual(digest)
    expect(later.digest(['{}', ...CELLS.toReversed()], KEY)).not.toEqual(digest)
  })

  it('stays the same when the commitment replaces an erased reference', () => {
    const digester = entryDigester('LEDGER', COLUMNS)
    const commitment = sha256('\u0003', KEY, '12-0-1', '\u0000', 'story "ü" 🙂')
    const erased = CELLS.with(5, null).with(7, `\\x${commitment}`)
    expect(digester.digest(erased, null)).toEqual(digester.digest(CELLS, KEY))
    expect(digester.digest(CELLS.with(7, `\\x${commitment}`), KEY)).not.toEqual(digester.digest(CELLS, KEY))
    expect(digester.digest(CELLS, Buffer.alloc(32, 8))).not.toEqual(digester.digest(CELLS, KEY))
  })

  it.each([
    ['2026-11-24 05:00:00+00', '2026-11-24T05:00:00.000000Z'],
    ['2026-11-24 05:00:00.123456+00', '2026-11-24T05:00:00.123456Z'],
    ['2026-11-24T05:00:00.000000Z', '2026-11-24T05:00:00.000000Z'],
    ['2026-11-24 05:00:00+01', '2026-11-24 05:00:00+01'],
  ])('writes the time %s as %s', (text, canonical) => expect(canonicalTime(text)).toBe(canonical))
})

describe('chain', () => {
  it('has the documented start, values and leaves', () => {
    const start = chainStart('acc_1', 'LEDGER')
    expect(start.toString('hex')).toBe(
      sha256('\u0004', '{"account_id":"acc_1","format":"stackgate-chain/1","log":"LEDGER"}'),
    )
    const digests = Buffer.alloc(64, 1)
    expect(linkValue(start, 258, digests).toString('hex')).toBe(
      sha256('\u0002', start, Buffer.from('0000000000000102', 'hex'), digests),
    )
    expect(leafData({ accountId: 'acc_1', log: 'LEDGER', entryCount: 2, value: Buffer.from('ff', 'hex') })).toBe(
      '{"account_id":"acc_1","entry_count":2,"log":"LEDGER","value":"ff"}',
    )
  })
})

describe('Ed25519 signature', () => {
  it('is accepted for its text and its key only', () => {
    const { publicKey, privateKey } = createSigningKey()
    const signature = signText('root', privateKey)
    expect(isSignedBy('root', signature, publicKey)).toBe(true)
    expect(isSignedBy('rooT', signature, publicKey)).toBe(false)
    expect(isSignedBy('root', signature, createSigningKey().publicKey)).toBe(false)
    expect(isSignedBy('root', signature.replace('==', ''), publicKey)).toBe(false)
    expect(isSignedBy('root', `${signature}\n`, publicKey)).toBe(false)
    expect(isSignedBy('root', signature, 'AAAA')).toBe(false)
    expect(signingKeyId(publicKey)).toMatch(/^[0-9a-f]{16}$/)
  })
})
