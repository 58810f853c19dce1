import { mapped, rowNodes, type LoadNode } from '#context/nodes.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import { loadAlert } from './alert.mapper.js'
import { loadCompedPlan } from './comped-plan.mapper.js'
import { grantOfRow, toCreditGrant, toLedgerEntry } from './credit.mapper.js'
import { loadCreditBalance, loadEntitlement } from './load-entitlement.js'
import { loadConsumption, loadReservation } from './load-operation.js'
import { loadSpendCap } from './spend-cap.mapper.js'
import { isSigningKeyId, signingKeyById } from '#services/entitlements/ledger-chain/signing-keys.js'
import { toSigningKey } from './signing-keys.resolver.js'

/** The amounts of accounts, and the operations that changed them. */
export const entitlementNodes = {
  ent: loadEntitlement,
  cbl: loadCreditBalance,
  ...rowNodes({
    asg: loadCompedPlan,
    cap: loadSpendCap,
    alr: loadAlert,
    csm: loadConsumption,
    rsv: loadReservation,
    grt: async (context, id) =>
      mapped(await visibleEntitlementObject(context, await context.loaders.creditGrant.load(id)), (row) =>
        toCreditGrant(context.catalog.current(), grantOfRow(row)),
      ),
    led: async (context, id) =>
      mapped(await visibleEntitlementObject(context, await context.loaders.ledgerEntry.load(id)), toLedgerEntry),
  }),
}

/** Keys that sign roots and reports. Their IDs have no prefix. */
export const loadSigningKey: LoadNode = async (context, id) =>
  mapped(isSigningKeyId(id) ? await signingKeyById(context.database, id) : null, toSigningKey)
