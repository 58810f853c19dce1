import { SortedDigests } from '#services/entitlements/ledger-chain/sorted-digests.js'
import { createSeededRandom } from '#test/support/seeded-random.js'

const CHAINS = 500
/** More than two runs in the file, and a third one in memory. */
const PLACES = 1_200

const digestOf = (chain: number, place: number): string => `${chain}-${place}`.padStart(32, '\xff')

describe('sorted digests', () => {
  it('returns more digests than are in memory by chain and place, however they are added', () => {
    const random = createSeededRandom(7)
    const offsets = Array.from({ length: CHAINS }, () => Math.floor(random.next() * PLACES))
    const sorted = new SortedDigests()
    for (let index = 0; index < PLACES; index++)
      for (let chain = CHAINS - 1; chain >= 0; chain--) {
        const place = (offsets[chain]! + index) % PLACES
        // The second number decides within the first one.
        sorted.add(chain, Math.floor(place / 10), place % 10, digestOf(chain, place))
      }
    sorted.endAdding()
    const wrong: unknown[] = []
    for (let chain = 0; chain < CHAINS; chain++)
      for (let place = 0; place < PLACES; place++) {
        const seen = sorted.peek(chain)?.characters
        const found = sorted.take(chain)
        const expected = { chain, major: Math.floor(place / 10), minor: place % 10, characters: digestOf(chain, place) }
        if (seen !== expected.characters || JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(found)
      }
    expect([wrong, sorted.take(CHAINS)]).toEqual([[], undefined])
    sorted.close()
  })

  it('returns none for a chain without digests', () => {
    const sorted = new SortedDigests()
    sorted.add(3, 0, 0, digestOf(3, 0))
    sorted.endAdding()
    expect([sorted.take(2), sorted.take(3)?.characters, sorted.take(3)]).toEqual([undefined, digestOf(3, 0), undefined])
    sorted.close()
  })
})
