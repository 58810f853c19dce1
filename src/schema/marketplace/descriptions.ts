/** Template that a mutation is for. */
export const TEMPLATE_ID = 'ID of the template.'

/** Vendor that a mutation is for. */
export const VENDOR_ID = 'ID of the vendor.'

/** Account whose vendor a mutation is for. */
export const VENDOR_ACCOUNT = "Account of the vendor, by ID or reference. Default: the caller's current account."
