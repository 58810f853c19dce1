import { statementForm } from '#services/kernel/database/forms.js'
import {
  addedLinks,
  addLinks,
  commitDetails,
  commitUseTexts,
  detailsCommitment,
  hasUseText,
  insertLinks,
  moveChains,
  useTextCommitments,
  withoutUseTexts,
} from './ledger-chain.sql.js'

/** Links that were read before, with their numbers. */
const NUMBERED = `json_to_recordset(:found::json) as added (
      account_id text, log text, entry_count bigint, value bytea, version bigint, operation_no int, entry_no int, digests bytea, number bigint
    )`

const digests = useTextCommitments().map(([column]) => column)

export const ledgerChainForms = [
  statementForm(addLinks, {
    text: `
  select added.*, c.link_count + 1 as number
  from account_chain c join ${addedLinks()} on c.account_id = added.account_id and c.log = added.log where :rootNumber::int is not null`,
    writes: [moveChains(NUMBERED), insertLinks('added.number', NUMBERED)],
  }),
  statementForm(commitUseTexts, {
    text: `
  select l.version, l.operation_no, l.entry_no, ${useTextCommitments()
    .map(([column, value]) => `${value} as ${column}`)
    .join(', ')}
  from ledger_entry l, account_chain c
  where l.account_id = :accountId and ${hasUseText()} and c.account_id = :accountId and c.log = 'LEDGER'
    and c.commitment_key is not null`,
    writes: [
      `update ledger_entry l set ${withoutUseTexts()}, ${digests.map((column) => `${column} = r.${column}`).join(', ')}
  from json_to_recordset(:found::json) as r (version bigint, operation_no int, entry_no int, ${digests.map((column) => `${column} bytea`).join(', ')})
  where l.account_id = :accountId and l.version = r.version and l.operation_no = r.operation_no and l.entry_no = r.entry_no`,
    ],
  }),
  statementForm(commitDetails, {
    text: `
  with chain as materialized (
    select commitment_key from account_chain where account_id = :accountId and log = 'AUDIT' and commitment_key is not null
  )
  select e.id, ${detailsCommitment()} as digest from audit_entry e cross join chain c where e.account_id = :accountId and e.details_digest is null`,
    writes: [
      `update audit_entry e set details = '{}', details_digest = r.digest
  from json_to_recordset(:found::json) as r (id text, digest bytea) where e.id = r.id`,
    ],
  }),
]
