// Half a year of customers with every pair of traits, of three seeds; a run of `npm test` lives those of one server.
await import('../scenarios/invoice-lives/invoice-lives.test.js')
