/** Pages that mails link to. */
export const identityPages = [
  {
    path: '/invitations',
    inDashboard: 'invitations',
    forBrowsersOnly: true,
    words: () => ({
      title: 'You are invited to a team',
      text: 'You can accept the invitation in the dashboard, or with the API mutation acceptInvitation and the token in this address.',
    }),
  },
] as const
