/** What a server shows that nobody should trust. Made for these tests and used nowhere else: the key guards nothing. */
export const key = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIwbf/QgIncPBuZEIRZxIWJY876+yAB559NtB1UjFCgsoAoGCCqGSM49
AwEHoUQDQgAElaUfvNG9DVAm9YlUgvKWIpeblYKD2CMMivXv6wiuAlrDeatjPOf5
2MQ7FoGvgcd395p4xi/k1xleJBjFczeFHQ==
-----END EC PRIVATE KEY-----
`

/** Signed by itself, for another host: `elsewhere.invalid`. */
export const ofAnotherHost = `-----BEGIN CERTIFICATE-----
MIIBZzCCAQ6gAwIBAgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFlbHNld2hl
cmUuaW52YWxpZDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowHDEa
MBgGA1UEAwwRZWxzZXdoZXJlLmludmFsaWQwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAASVpR+80b0NUCb1iVSC8pYil5uVgoPYIwyK9e/rCK4CWsN5q2M85/nYxDsW
ga+Bx3f3mnjGL+TXGV4kGMVzN4Udoz8wPTAcBgNVHREEFTATghFlbHNld2hlcmUu
aW52YWxpZDAdBgNVHQ4EFgQUzih9fuNSCoUgzBu7apqJGuu0vc0wCgYIKoZIzj0E
AwIDRwAwRAIgBEhhdMgs1H9uA4d2KFnSaj4ak9gEzG8/y1LoskzdwOgCIA3hj63q
wJg3/z7hxMM6u3vJRThHdYfu9ucKa+riqlCj
-----END CERTIFICATE-----
`

/** Signed by itself, for this machine, and good for a day of 2020. */
export const expired = `-----BEGIN CERTIFICATE-----
MIIBVDCB+qADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
dDAeFw0yMDAxMDEwMDAwMDBaFw0yMDAxMDIwMDAwMDBaMBQxEjAQBgNVBAMMCWxv
Y2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJWlH7zRvQ1QJvWJVILy
liKXm5WCg9gjDIr17+sIrgJaw3mrYzzn+djEOxaBr4HHd/eaeMYv5NcZXiQYxXM3
hR2jPTA7MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUzih9
fuNSCoUgzBu7apqJGuu0vc0wCgYIKoZIzj0EAwIDSQAwRgIhANTGn0/RUkDd+Uup
lx6mIHBN+M4CwVfEXLUqqXG2bSRzAiEAlSie4jCi4loOVVsXpJrdO3xVfOW7GsPG
rZUwRlvG6C0=
-----END CERTIFICATE-----
`
