/** Reason of a sign-in that failed. */
export interface SignInProblem {
  readonly kind:
    /** The person, or a policy of the provider, refused. */
    | 'denied'
    /** The session at the provider has ended, or it has a question. */
    | 'ended'
    /** The answer belongs to no sign-in of this window. */
    | 'notBegun'
    /** The provider does not respond. */
    | 'providerAway'
    /** The provider responded with another error, or with tokens that are not valid. */
    | 'invalidResponse'
    /** The server does not accept the token, for example because of its audience. */
    | 'tokenRejected'
    /** This server does not respond. */
    | 'serverAway'
    /** Another person signed in to continue a session. */
    | 'otherPerson'
    /** Between two pages, the provider answered for another person than before. */
    | 'personChanged'
    /** No problem: this window signed in for another one, and can be closed. */
    | 'windowDone'
  /** Code of the provider, or ID of the request, for the operator. */
  readonly detail?: string | undefined
}
