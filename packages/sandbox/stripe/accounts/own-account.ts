/** ID of the account whose keys call the sandbox. */
export const OWN_ACCOUNT = 'acct_sandbox000000'
