/** What stands below the help of the program. */
export const helpOfProgram = `
Examples:
  $ export TYK_BASE_URL=https://ai.example.com/api/v1 TYK_TOKEN_FILE=~/.tyk-token
  $ export-jobs start tyk --source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31 --wait
  $ export-jobs start loyaltydog --format csv --download audit.csv
  $ export-jobs download anaconda 3f2504e0-4f89-41d3-9a0c-0305e82c3301 audit.jsonl
  $ export-jobs get tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01
  $ export-jobs wait didomi 9gh49gn5/5e1f22ab --timeout 2h
  $ export-jobs watch tyk ID1 ID2 anaconda ID3 --json | jq -r .download.url
  $ export-jobs demo

A ref is what \`start\` prints: the vendor's id of the export. Of Didomi, which starts its runs itself, it is
EXPORT_ID/RUN_ID. Durations are a number with ms, s, m, h or d, such as 30s.

Files:
  A file appears under its name when it is whole; one that is there is refused without --overwrite. Stopped and
  run again, the same command goes on. For that, beside the file lie FILE.part and FILE.part.json, what has
  come, and FILE.start.json, what \`start\` has started: it starts nothing twice. Where nobody knows whether it
  has, it refuses: look at the vendor, then remove FILE.start.json and \`download\` the export, or start another.

Output:
  Results go to stdout, one line each: vendor, ref, status and what else is known, separated by tabs when it is
  no terminal; with --json as JSON objects, with the download URL and the vendor's own answer. Of a saved file
  they are vendor, ref, "saved", path and bytes. Progress goes to stderr, and only to a terminal. NO_COLOR=1
  turns colour off.

Environment (credentials come from here and never from the command line; the first that is set counts):
  tyk         TYK_TOKEN, or TYK_TOKEN_FILE
              TYK_BASE_URL, required: https://<your host>/api/v1
  anaconda    ANACONDA_TOKEN, or ANACONDA_TOKEN_FILE, or ANACONDA_CLIENT_ID and ANACONDA_CLIENT_SECRET
              ANACONDA_ORGANIZATION: the organization's id. ANACONDA_BASE_URL
  loyaltydog  LOYALTYDOG_TOKEN, or LOYALTYDOG_TOKEN_FILE
              LOYALTYDOG_MERCHANT_TOKEN. LOYALTYDOG_BASE_URL
  didomi      DIDOMI_TOKEN, or DIDOMI_TOKEN_FILE, or DIDOMI_KEY and DIDOMI_SECRET
              DIDOMI_ORGANIZATION_ID, required. DIDOMI_BASE_URL
  A token file must be readable by its owner only (chmod 600). It is read again when the token is refused.

Exit codes:
    0  completed, and saved; for get: seen, and neither failed nor expired; for start: started
    1  the export failed, or it or its file has expired
    2  the command or the environment is wrong, the file is there or cannot be written, a start is in doubt
    3  the vendor refused: credentials, rights, an export that it does not know
  124  stopped waiting: timeout, stalled, unreachable, unknown status; or a download broke off. The same command
       again may succeed
  130  interrupted by Ctrl-C (143: terminated). The exports go on, and so does the same command
   70  a bug in export-jobs
  Of several exports the most serious counts: 2, then 3, then 1, then 124.`
