import { accountOwner } from '#proof/models/account-owner.js'
import { accountVersion } from '#proof/models/account-version.js'
import { commandLease } from '#proof/models/command-lease.js'
import { inboxFence } from '#proof/models/inbox-fence.js'
import type { Model } from '#proof/models/model.js'

export const MODELS: readonly Model[] = [inboxFence, commandLease, accountVersion, accountOwner]
