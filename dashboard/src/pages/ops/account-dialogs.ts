// The dialogs of the acts on an account as a whole, which the first of them loads.
export { GrantDialog, OverrideDialog, RevokeDialog } from './account-now-dialogs.js'
export { RevokeSessionsDialog } from './account-sessions.js'
export { CancelDialog } from './cancel-dialog.js'
export { ChargingDialog } from './charging-terms.js'
export { CompDialog, EndCompDialog } from './comp-dialogs.js'
export { OfferDialog, WithdrawDialog } from './negotiated-dialogs.js'
export { TrialDialog } from './trial-dialog.js'
