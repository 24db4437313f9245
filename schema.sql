-- Lekha: the whole schema. Every table is STRICT (virtual tables apart).
--
-- Money is INTEGER, in paise. A day is TEXT 'YYYY-MM-DD' (Asia/Kolkata); an
-- instant is TEXT, UTC, fixed width ('2026-11-24T09:15:02.123456Z'). Rates are
-- INTEGER, millionths of a percent a year. `id` is a UUID v7 for programs,
-- `ref` is for people, `idx` is the wire's running index and never reused.
-- Absent text is '' where the wire knows no null, NULL where it does.

PRAGMA user_version = 22; -- changed with every change below: see SchemaVersion in store/file.go

-- ---------------------------------------------------------------- company

-- One file is one company: one row, and no other table repeats it.
CREATE TABLE company (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL CHECK (name <> ''),
    pan             TEXT NOT NULL DEFAULT '',
    gstin           TEXT NOT NULL DEFAULT '',
    address         TEXT NOT NULL DEFAULT '',
    business_date   TEXT NOT NULL CHECK (length(business_date) = 10),
    is_demo         INTEGER NOT NULL DEFAULT 0 CHECK (is_demo IN (0, 1)),
    loading         TEXT NOT NULL DEFAULT '',       -- what is still being loaded; '' when nothing is
    -- parameters of control (domain 3.7, 11.2)
    auto_limit          INTEGER NOT NULL DEFAULT 0,  -- paise; records up to it need no second person; 0: none
    backdate_free_days  INTEGER NOT NULL DEFAULT 0,  -- a date by hand older than this needs a second level
    statement_free_days INTEGER NOT NULL DEFAULT 7,  -- the same for a date that a statement line proves
    confirm_days        INTEGER NOT NULL DEFAULT 3,  -- a receipt by hand without a statement line after these days is listed
    -- parameters of money that goes back and of fees (domain 3.6, 7.4, 11.2)
    fee_limit           INTEGER NOT NULL DEFAULT 1000000 CHECK (fee_limit >= 0), -- paise; a fee above it needs a second person
    refund_hold_days    INTEGER NOT NULL DEFAULT 3 CHECK (refund_hold_days >= 0), -- money by NACH or cheque is not paid back earlier
    refund_despite_dues INTEGER NOT NULL DEFAULT 0 CHECK (refund_despite_dues IN (0, 1)), -- 1: unpaid dues do not hold a refund up
    idle_excess_days    INTEGER NOT NULL DEFAULT 30 CHECK (idle_excess_days >= 0), -- excess older than this is to be paid back
    payout_tries        INTEGER NOT NULL DEFAULT 3 CHECK (payout_tries >= 1),     -- times one payout is sent at most
    close_at            INTEGER NOT NULL DEFAULT -1 CHECK (close_at BETWEEN -1 AND 1439), -- minute of the day in India at which a day is closed by itself; -1: by hand
    bounce_charge       INTEGER NOT NULL DEFAULT 50000 CHECK (bounce_charge >= 0), -- paise without tax, once for each due that a bank returned; 0: none
    payout_release_limit INTEGER NOT NULL DEFAULT 0 CHECK (payout_release_limit >= 0), -- paise; who approved a payout above it does not send it; 0: none
    payout_daily_cap     INTEGER NOT NULL DEFAULT 0 CHECK (payout_daily_cap >= 0),     -- paise that leave on one day at most; 0: none
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Running numbers: indexes of the wire, receipt numbers without gaps. They are
-- taken inside the transaction that uses them, so a rollback leaves no gap.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next >= 1)
) STRICT;

-- Legal and lender parameters that a lender overrides, dated; only added to, and only
-- by an approval that was given.
CREATE TABLE parameters (
    name           TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    value          INTEGER NOT NULL,                -- days, millionths of a percent, or 0 and 1
    approval       TEXT NOT NULL,                   -- ref
    created_at     TEXT NOT NULL,
    PRIMARY KEY (name, effective_from)
) STRICT;
CREATE TRIGGER parameters_need_approval BEFORE INSERT ON parameters
WHEN NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind = 'parameter' AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'parameters.unapproved'); END;
CREATE TRIGGER parameters_no_update BEFORE UPDATE ON parameters BEGIN SELECT RAISE(ABORT, 'parameters.unapproved'); END;
CREATE TRIGGER parameters_no_delete BEFORE DELETE ON parameters BEGIN SELECT RAISE(ABORT, 'parameters.unapproved'); END;

-- ---------------------------------------------------------------- people

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    idx           INTEGER NOT NULL UNIQUE,
    username      TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (username <> ''),
    name          TEXT NOT NULL CHECK (name <> ''),
    password_hash TEXT NOT NULL,                    -- argon2id, PHC form
    active        INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    failed_count  INTEGER NOT NULL DEFAULT 0,
    locked_until  TEXT,                             -- instant
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id),
    role    TEXT NOT NULL CHECK (role IN ('operator', 'credit_manager', 'finance', 'admin', 'auditor')),
    PRIMARY KEY (user_id, role)
) STRICT;

-- Segregation of duties (domain 11.1): maker and checker never meet in one
-- person, and an auditor can change nothing.
CREATE TRIGGER user_roles_segregated BEFORE INSERT ON user_roles
WHEN EXISTS (
    SELECT 1 FROM user_roles r
    WHERE r.user_id = NEW.user_id
      AND ((NEW.role = 'operator' AND r.role IN ('credit_manager', 'finance'))
        OR (r.role = 'operator' AND NEW.role IN ('credit_manager', 'finance'))
        OR (NEW.role = 'credit_manager' AND r.role = 'finance')
        OR (NEW.role = 'finance' AND r.role = 'credit_manager')
        OR (NEW.role = 'auditor' AND r.role <> 'auditor')
        OR (r.role = 'auditor' AND NEW.role <> 'auditor')))
BEGIN SELECT RAISE(ABORT, 'user_roles.segregated'); END;

-- Only hashes of tokens are stored.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id    TEXT REFERENCES users (id),
    data       BLOB NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- What a person made of a list: filters under a name of their own, and the columns
-- they want to see.
CREATE TABLE list_views (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    list       TEXT NOT NULL CHECK (list <> ''),
    name       TEXT NOT NULL CHECK (name <> ''),
    query      TEXT NOT NULL,                       -- as in an address
    created_at TEXT NOT NULL,
    UNIQUE (user_id, list, name)
) STRICT;
CREATE TABLE list_columns (
    user_id TEXT NOT NULL REFERENCES users (id),
    list    TEXT NOT NULL CHECK (list <> ''),
    columns TEXT NOT NULL,                          -- their keys, a blank between
    PRIMARY KEY (user_id, list)
) STRICT;

CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    role       TEXT NOT NULL CHECK (role IN ('operator', 'credit_manager', 'finance', 'admin', 'auditor', 'api')),
    token_hash TEXT NOT NULL UNIQUE,
    owner_id   TEXT REFERENCES users (id),          -- counts as this person in every decision
    scopes     TEXT NOT NULL DEFAULT '',            -- permissions, blank-separated; '': all of the role
    expires_at TEXT,
    created_at TEXT NOT NULL,
    used_at    TEXT,                                -- last seen, to a few minutes
    revoked_at TEXT
) STRICT;

-- ---------------------------------------------------------------- the audit log

CREATE TABLE events (
    seq           INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    business_date TEXT NOT NULL,
    actor_id      TEXT NOT NULL,                    -- user or token id; 'console' or 'system'
    actor_name    TEXT NOT NULL,
    action        TEXT NOT NULL,                    -- 'record.match', 'approval.approve', …
    subject       TEXT NOT NULL,                    -- ref of what it is about; '' for the company
    account_id    TEXT,                             -- account it touches, for that account's history
    outcome       TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    flags         TEXT NOT NULL DEFAULT '',         -- 'back_dated', 'reversed', 'auto_approved', blank-separated
    summary       TEXT NOT NULL DEFAULT '',         -- one sentence for people
    input         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(input)),
    request_id    TEXT NOT NULL DEFAULT '',
    address       TEXT NOT NULL DEFAULT '',
    prev_hash     TEXT NOT NULL,
    hash          TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_subject ON events (subject, seq);
CREATE INDEX events_by_account ON events (account_id, seq) WHERE account_id IS NOT NULL;
CREATE INDEX events_by_actor ON events (actor_id, seq);
CREATE INDEX events_by_action ON events (action, seq);
CREATE INDEX events_by_flags ON events (flags, seq) WHERE flags <> '';
CREATE INDEX events_refused ON events (seq) WHERE outcome = 'refused';
-- Where the log ends. The next event is chained to this and not to the last row that
-- is found, so that a tail that was cut off leaves a gap for ever.
CREATE TABLE log_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO log_head (one, seq, hash) VALUES (1, 0, '');
CREATE TRIGGER log_head_forward BEFORE UPDATE ON log_head
WHEN NEW.seq <> OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'events.append_only'); END;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'events.append_only'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events.append_only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events.append_only'); END;

-- ---------------------------------------------------------------- products and parties

CREATE TABLE programs (
    id         TEXT PRIMARY KEY,
    idx        INTEGER NOT NULL UNIQUE,
    ref        TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    policy     TEXT NOT NULL CHECK (json_valid(policy)),  -- lending.Policy
    terms      TEXT NOT NULL CHECK (json_valid(terms)),   -- default lending.Terms
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What a program said from a day on; only added to. Accounts keep what was agreed.
CREATE TABLE program_versions (
    program_id     TEXT NOT NULL REFERENCES programs (id),
    version        INTEGER NOT NULL,
    effective_from TEXT NOT NULL,                   -- business date
    name           TEXT NOT NULL,
    policy         TEXT NOT NULL CHECK (json_valid(policy)),
    terms          TEXT NOT NULL CHECK (json_valid(terms)),
    created_at     TEXT NOT NULL,
    PRIMARY KEY (program_id, version)
) STRICT;
CREATE TRIGGER program_versions_no_update BEFORE UPDATE ON program_versions BEGIN SELECT RAISE(ABORT, 'program_versions.append_only'); END;
CREATE TRIGGER program_versions_no_delete BEFORE DELETE ON program_versions BEGIN SELECT RAISE(ABORT, 'program_versions.append_only'); END;

-- Our own accounts at banks ('collection') and those we pay to ('credit').
CREATE TABLE banks (
    id                  TEXT PRIMARY KEY,
    idx                 INTEGER NOT NULL UNIQUE,
    ref                 TEXT NOT NULL UNIQUE,
    kind                TEXT NOT NULL CHECK (kind IN ('collection', 'credit')),
    code                TEXT NOT NULL DEFAULT '',   -- the lender's own short name, e.g. HDFC-CA-01
    bank                TEXT NOT NULL DEFAULT '',   -- layout of its statements: hdfc, sbi, axis, icici, ''
    ifsc                TEXT NOT NULL,
    account_no          TEXT NOT NULL,
    account_type        TEXT NOT NULL DEFAULT 'current',
    account_holder_name TEXT NOT NULL,
    name_at_bank        TEXT,
    is_verified         INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    tags                TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,
    version             INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX banks_collection_account ON banks (ifsc, account_no) WHERE kind = 'collection';
CREATE UNIQUE INDEX banks_code ON banks (code) WHERE code <> '';

CREATE TABLE borrowers (
    id            TEXT PRIMARY KEY,
    idx           INTEGER NOT NULL UNIQUE,
    ref           TEXT NOT NULL UNIQUE,             -- the lender's own customer number, or BOR + five
    name          TEXT NOT NULL CHECK (name <> ''),
    co_applicant  TEXT NOT NULL DEFAULT '',
    pan           TEXT NOT NULL DEFAULT '',
    phone         TEXT NOT NULL DEFAULT '',
    email         TEXT NOT NULL DEFAULT '',
    vpa           TEXT NOT NULL DEFAULT '',
    address       TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL DEFAULT '',         -- GST code of the state, two digits: place of supply
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX borrowers_pan ON borrowers (pan) WHERE pan <> '';

CREATE TABLE accounts (
    id                   TEXT PRIMARY KEY,
    idx                  INTEGER NOT NULL UNIQUE,
    ref                  TEXT NOT NULL UNIQUE,      -- the lender's own account number, or ACC + five
    borrower_id          TEXT NOT NULL REFERENCES borrowers (id),
    program_id           TEXT NOT NULL REFERENCES programs (id),
    product              TEXT NOT NULL DEFAULT '',
    status               TEXT NOT NULL CHECK (status IN ('created', 'active', 'frozen', 'expired', 'closing', 'closed')),
    approved_line_amount INTEGER NOT NULL DEFAULT 0 CHECK (approved_line_amount >= 0),
    virtual_account_no   TEXT NOT NULL DEFAULT '',
    umrn                 TEXT NOT NULL DEFAULT '',  -- NACH mandate
    collection_bank_id   TEXT REFERENCES banks (id),
    payer_ifsc           TEXT NOT NULL DEFAULT '',
    payer_last4          TEXT NOT NULL DEFAULT '',
    loan_data            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(loan_data)), -- all loan parameters as given
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    version              INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX accounts_by_borrower ON accounts (borrower_id);
CREATE INDEX accounts_by_program ON accounts (program_id);
CREATE UNIQUE INDEX accounts_virtual ON accounts (virtual_account_no) WHERE virtual_account_no <> '';

-- Line and loan parameters of a borrower under a program: they exist before an
-- account does, and new accounts of the pair start from them.
CREATE TABLE loan_params (
    id          TEXT PRIMARY KEY,
    borrower_id TEXT NOT NULL REFERENCES borrowers (id),
    program_id  TEXT NOT NULL REFERENCES programs (id),
    approved_line_amount INTEGER NOT NULL DEFAULT 0 CHECK (approved_line_amount >= 0),
    loan_data   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(loan_data)),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    UNIQUE (borrower_id, program_id)
) STRICT;

-- Free facts beside an object, by key, which move no money.
CREATE TABLE extra_data (
    id          TEXT PRIMARY KEY,
    idx         INTEGER NOT NULL UNIQUE,
    object_type TEXT NOT NULL CHECK (object_type IN ('account', 'borrower', 'loan', 'payout', 'record')),
    object_id   TEXT NOT NULL UNIQUE,
    object_ref  TEXT NOT NULL,
    data        TEXT NOT NULL CHECK (json_valid(data)),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE loans (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    status       TEXT NOT NULL CHECK (status IN ('pending', 'active', 'closed', 'cancelled', 'foreclosed', 'cancelled_cooling_off',
                                                 'settled', 'written_off', 'recovered')),
    amount       INTEGER NOT NULL CHECK (amount > 0),
    net_amount   INTEGER NOT NULL CHECK (net_amount >= 0),
    disbursed_on TEXT,
    disbursal    TEXT NOT NULL CHECK (json_valid(disbursal)), -- lending.Disbursal: terms, rows, deductions
    maker_id     TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX loans_by_account ON loans (account_id);

-- A file of payouts that was made for a bank, with its control totals.
CREATE TABLE payout_batches (
    id            TEXT PRIMARY KEY,
    idx           INTEGER NOT NULL UNIQUE,
    ref           TEXT NOT NULL UNIQUE,
    template      TEXT NOT NULL,                    -- name of the bank's layout
    debit_bank_id TEXT NOT NULL REFERENCES banks (id),
    date          TEXT NOT NULL,
    serial        INTEGER NOT NULL,                 -- of the file on its day
    file_name     TEXT NOT NULL,
    data          BLOB NOT NULL,                    -- the file, as it was handed out
    count         INTEGER NOT NULL CHECK (count > 0),
    total         INTEGER NOT NULL CHECK (total > 0),
    maker_id      TEXT NOT NULL,
    sender_id     TEXT,                             -- who sent it to the bank's folder
    sent_at       TEXT,
    created_at    TEXT NOT NULL,
    UNIQUE (date, serial)
) STRICT;

CREATE TABLE payouts (
    id             TEXT PRIMARY KEY,
    idx            INTEGER NOT NULL UNIQUE,
    ref            TEXT NOT NULL UNIQUE,
    account_id     TEXT REFERENCES accounts (id),   -- NULL: money that was nobody's goes back to its sender
    loan_id        TEXT REFERENCES loans (id),
    record_id      TEXT REFERENCES records (id),    -- the refund it carries out
    batch_id       TEXT REFERENCES payout_batches (id),
    service_id     TEXT UNIQUE,                     -- what the bank or its payout service calls it
    failed_remark  TEXT NOT NULL DEFAULT '',        -- why it failed or came back
    tries          INTEGER NOT NULL DEFAULT 0,      -- times it was sent, or tried by hand
    type           TEXT NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount > 0),
    method         TEXT NOT NULL CHECK (method IN ('manual', 'automatic')),
    payout_to      TEXT NOT NULL CHECK (payout_to IN ('borrower', 'anchor', 'custom_bank')),
    status         TEXT NOT NULL CHECK (status IN ('created', 'approved', 'queued', 'processing', 'unknown', 'success', 'failed', 'returned', 'cancelled')),
    credit_bank_id TEXT REFERENCES banks (id),
    debit_bank_id  TEXT REFERENCES banks (id),
    utr            TEXT,
    date           TEXT,                            -- value date: the money reached the payee
    maker_id       TEXT NOT NULL,
    approver_id    TEXT,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1,
    CHECK (approver_id IS NULL OR approver_id <> maker_id),
    CHECK (account_id IS NOT NULL OR record_id IS NOT NULL)
) STRICT;
CREATE INDEX payouts_by_record ON payouts (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX payouts_by_batch ON payouts (batch_id) WHERE batch_id IS NOT NULL;
CREATE UNIQUE INDEX payouts_utr ON payouts (utr) WHERE utr IS NOT NULL;
CREATE INDEX payouts_by_loan ON payouts (loan_id);
CREATE INDEX payouts_by_account ON payouts (account_id);
-- What closes a loan before its time: foreclosure, exit in the cooling-off days, a
-- compromise. Agreed by a second person, good until a day, taken by money.
CREATE TABLE closing_offers (
    id          TEXT PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL CHECK (kind IN ('foreclosure', 'cooling_off', 'settlement')),
    account_id  TEXT NOT NULL REFERENCES accounts (id),
    loan_id     TEXT NOT NULL REFERENCES loans (id),
    quoted_on   TEXT NOT NULL,
    valid_till  TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount >= 0), -- on the day of the quote
    per_day     INTEGER NOT NULL CHECK (per_day >= 0), -- what each later day adds
    figures     TEXT NOT NULL CHECK (json_valid(figures)), -- lending.ForeclosureQuote
    approval    TEXT NOT NULL,                       -- ref
    status      TEXT NOT NULL CHECK (status IN ('open', 'taken', 'withdrawn')),
    record_id   TEXT REFERENCES records (id),        -- the money that took it
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    CHECK (valid_till >= quoted_on),
    CHECK ((status = 'taken') = (record_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX closing_offers_one_open ON closing_offers (loan_id) WHERE status = 'open';
CREATE INDEX closing_offers_by_account ON closing_offers (account_id);
-- An offer is made only by an approval that was given.
CREATE TRIGGER closing_offers_need_approval BEFORE INSERT ON closing_offers
WHEN NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind = NEW.kind AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'closing_offers.unapproved'); END;

-- Four eyes on money that goes out: nothing is paid without another person's approval.
CREATE TRIGGER payouts_need_approver BEFORE UPDATE OF status ON payouts
WHEN NEW.status IN ('approved', 'queued', 'processing', 'unknown', 'success') AND (NEW.approver_id IS NULL OR NEW.approver_id = NEW.maker_id)
BEGIN SELECT RAISE(ABORT, 'payouts.unapproved'); END;
-- Money of a refund leaves only once the refund itself is approved.
CREATE TRIGGER payouts_need_refund BEFORE UPDATE OF status ON payouts
WHEN NEW.status IN ('approved', 'queued', 'processing', 'unknown', 'success') AND NEW.record_id IS NOT NULL
 AND (SELECT r.status FROM records r WHERE r.id = NEW.record_id) NOT IN ('approved', 'processed')
BEGIN SELECT RAISE(ABORT, 'payouts.unapproved'); END;
CREATE TRIGGER payouts_start_created BEFORE INSERT ON payouts
WHEN NEW.status <> 'created'
BEGIN SELECT RAISE(ABORT, 'payouts.unapproved'); END;
-- A loan made here becomes active only when all its payouts reached the payee.
CREATE TRIGGER loans_need_payout BEFORE UPDATE OF status ON loans
WHEN NEW.status = 'active' AND OLD.status = 'pending'
 AND (NOT EXISTS (SELECT 1 FROM payouts p WHERE p.loan_id = NEW.id AND p.status = 'success')
   OR EXISTS (SELECT 1 FROM payouts p WHERE p.loan_id = NEW.id AND p.status IN ('created', 'approved', 'queued', 'processing', 'unknown', 'failed')))
BEGIN SELECT RAISE(ABORT, 'loans.unpaid'); END;

-- Each time a payout was sent or tried, with what became of it; only added to.
CREATE TABLE payout_tries (
    payout_id TEXT NOT NULL REFERENCES payouts (id),
    no        INTEGER NOT NULL,                     -- 1, 2, 3 … within the payout
    status    TEXT NOT NULL,                        -- what is known after it
    batch_id  TEXT REFERENCES payout_batches (id),
    reference TEXT NOT NULL DEFAULT '',             -- the bank's
    reason    TEXT NOT NULL DEFAULT '',
    person_id TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (payout_id, no)
) STRICT;
CREATE TRIGGER payout_tries_no_update BEFORE UPDATE ON payout_tries BEGIN SELECT RAISE(ABORT, 'payout_tries.append_only'); END;
CREATE TRIGGER payout_tries_no_delete BEFORE DELETE ON payout_tries BEGIN SELECT RAISE(ABORT, 'payout_tries.append_only'); END;

CREATE TABLE fees (
    id         TEXT PRIMARY KEY,
    idx        INTEGER NOT NULL UNIQUE,
    ref        TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    loan_id    TEXT REFERENCES loans (id),
    name       TEXT NOT NULL,
    base       INTEGER NOT NULL CHECK (base >= 0),
    tax        INTEGER NOT NULL CHECK (tax >= 0),
    due_date   TEXT NOT NULL,
    head       TEXT NOT NULL DEFAULT '',            -- processing_fee, bounce_charge, penal_charge …: decides the tax
    component  TEXT NOT NULL DEFAULT 'F' CHECK (component IN ('F', 'PI')),
    cgst       INTEGER NOT NULL DEFAULT 0 CHECK (cgst >= 0),
    sgst       INTEGER NOT NULL DEFAULT 0 CHECK (sgst >= 0),
    igst       INTEGER NOT NULL DEFAULT 0 CHECK (igst >= 0),
    status     TEXT NOT NULL DEFAULT 'demanded' CHECK (status IN ('requested', 'demanded', 'rejected', 'deleted')),
    invoice_no   TEXT,                              -- tax invoice, given when it falls due; without gaps in a financial year
    invoice_date TEXT,
    maker_id   TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX fees_by_account ON fees (account_id);
CREATE UNIQUE INDEX fees_invoice ON fees (invoice_no) WHERE invoice_no IS NOT NULL;
CREATE INDEX fees_to_invoice ON fees (due_date) WHERE invoice_no IS NULL AND tax > 0 AND status = 'demanded';
CREATE TRIGGER fees_invoice_stays BEFORE UPDATE OF invoice_no, invoice_date ON fees
WHEN OLD.invoice_no IS NOT NULL AND (NEW.invoice_no IS NOT OLD.invoice_no OR NEW.invoice_date IS NOT OLD.invoice_date)
BEGIN SELECT RAISE(ABORT, 'fees.invoiced'); END;

-- What of an invoiced fee was given up; numbered without gaps, only added to.
CREATE TABLE credit_notes (
    no         TEXT PRIMARY KEY,
    fee_id     TEXT NOT NULL REFERENCES fees (id),
    date       TEXT NOT NULL,
    base       INTEGER NOT NULL CHECK (base >= 0),
    cgst       INTEGER NOT NULL CHECK (cgst >= 0),
    sgst       INTEGER NOT NULL CHECK (sgst >= 0),
    igst       INTEGER NOT NULL CHECK (igst >= 0),
    source     TEXT NOT NULL,                       -- ref of the approval
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX credit_notes_by_fee ON credit_notes (fee_id);
CREATE TRIGGER credit_notes_no_update BEFORE UPDATE ON credit_notes BEGIN SELECT RAISE(ABORT, 'credit_notes.append_only'); END;
CREATE TRIGGER credit_notes_no_delete BEFORE DELETE ON credit_notes BEGIN SELECT RAISE(ABORT, 'credit_notes.append_only'); END;

-- ---------------------------------------------------------------- facts and what follows from them

-- What happened and was approved. Only ever added to; replay reads an account's
-- facts by one query.
CREATE TABLE facts (
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    seq          INTEGER NOT NULL,                  -- 1, 2, 3 … within the account
    key          TEXT NOT NULL,
    kind         TEXT NOT NULL,
    value_date   TEXT NOT NULL,
    bank_date    TEXT,
    booking_date TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    source       TEXT NOT NULL,                     -- ref of the record, loan or fee it came from
    reverses     TEXT,                              -- key of the fact it undoes
    body         TEXT NOT NULL CHECK (json_valid(body)),
    made_by      INTEGER NOT NULL,                  -- seq of the event of the command that added it
    created_at   TEXT NOT NULL,
    PRIMARY KEY (account_id, seq),
    UNIQUE (account_id, key)
) STRICT;
CREATE UNIQUE INDEX facts_reversed_once ON facts (account_id, reverses) WHERE reverses IS NOT NULL;
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts.append_only'); END;
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts.append_only'); END;

-- Projection: the demands of an account as of the business date. p, ni, oi, pi,
-- f are principal, normal interest, overdue interest, penal, fee.
CREATE TABLE demands (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    key          TEXT NOT NULL,
    loan_id      TEXT,
    type         TEXT NOT NULL,
    no           INTEGER NOT NULL,
    name         TEXT NOT NULL DEFAULT '',
    period_start TEXT,
    period_end   TEXT,
    due_date     TEXT NOT NULL,
    is_due       INTEGER NOT NULL CHECK (is_due IN (0, 1)),
    p_amount  INTEGER NOT NULL, p_paid  INTEGER NOT NULL, p_waived INTEGER NOT NULL DEFAULT 0,
    ni_amount INTEGER NOT NULL, ni_paid INTEGER NOT NULL, ni_waived INTEGER NOT NULL DEFAULT 0,
    oi_amount INTEGER NOT NULL, oi_paid INTEGER NOT NULL, oi_waived INTEGER NOT NULL DEFAULT 0,
    pi_amount INTEGER NOT NULL, pi_paid INTEGER NOT NULL, pi_waived INTEGER NOT NULL DEFAULT 0,
    f_amount  INTEGER NOT NULL, f_paid  INTEGER NOT NULL, f_waived INTEGER NOT NULL DEFAULT 0,
    outstanding  INTEGER NOT NULL CHECK (outstanding >= 0),
    dpd          INTEGER NOT NULL,
    peak_dpd     INTEGER NOT NULL,
    paid_on      TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    UNIQUE (account_id, key)
) STRICT;
CREATE INDEX demands_open ON demands (account_id, due_date) WHERE outstanding > 0;
CREATE INDEX demands_by_due ON demands (due_date, idx);
CREATE INDEX demands_open_amount ON demands (outstanding) WHERE outstanding > 0;

-- Projection: which part of which record paid what.
CREATE TABLE settlements (
    id          TEXT PRIMARY KEY,
    idx         INTEGER NOT NULL UNIQUE,
    account_id  TEXT NOT NULL REFERENCES accounts (id),
    seq         INTEGER NOT NULL,                   -- order within the account's Book
    receipt_key TEXT NOT NULL,                      -- key of the receipt fact
    record_id   TEXT,                               -- NULL for receipts taken over with a portfolio
    demand_id   TEXT NOT NULL,
    component   TEXT NOT NULL CHECK (component IN ('P', 'NI', 'OI', 'PI', 'F')),
    amount      INTEGER NOT NULL CHECK (amount > 0),
    date        TEXT NOT NULL,
    outstanding INTEGER NOT NULL,                   -- left on the demand
    remaining   INTEGER NOT NULL,                   -- left on the record
    from_excess INTEGER NOT NULL CHECK (from_excess IN (0, 1)),
    dpd         INTEGER NOT NULL,
    peak_dpd    INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;
CREATE INDEX settlements_by_account ON settlements (account_id, seq);
CREATE INDEX settlements_by_record ON settlements (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX settlements_by_demand ON settlements (demand_id);
CREATE INDEX settlements_by_date ON settlements (date, account_id, seq); -- read as programs page through them

-- Projection: where an account stands as of the business date. Narrow, because
-- lists filter, sort and sum on it.
CREATE TABLE positions (
    account_id            TEXT PRIMARY KEY REFERENCES accounts (id),
    as_of                 TEXT NOT NULL,
    facts                 INTEGER NOT NULL,         -- seq of the last fact seen
    principal_outstanding INTEGER NOT NULL,
    total_outstanding     INTEGER NOT NULL,
    due_now               INTEGER NOT NULL,
    excess                INTEGER NOT NULL,
    dpd                   INTEGER NOT NULL,
    peak_dpd              INTEGER NOT NULL,
    category              TEXT NOT NULL,
    category_date         TEXT,
    oldest_due            TEXT,
    next_due_date         TEXT,                     -- first demand not yet due
    next_due_amount       INTEGER NOT NULL DEFAULT 0,
    next_event            TEXT,                     -- first day on which the day close must replay this account; NULL: none
    updated_at            TEXT NOT NULL
) STRICT;
CREATE INDEX positions_by_due ON positions (due_now) WHERE due_now > 0; -- an account found by what it owes
CREATE INDEX positions_by_dpd ON positions (dpd, account_id);
CREATE INDEX positions_by_move ON positions (updated_at); -- what the matching book has to look at again
CREATE INDEX positions_by_event ON positions (next_event) WHERE next_event IS NOT NULL;

-- ---------------------------------------------------------------- statements

CREATE TABLE statements (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    bank_id      TEXT NOT NULL REFERENCES banks (id),
    file_name    TEXT NOT NULL,
    file_hash    TEXT NOT NULL,                     -- sha256 of the bytes
    format       TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('loading', 'posted', 'discarded')),
    first_date   TEXT,
    last_date    TEXT,
    opening      INTEGER,                           -- paise; NULL: the file does not say
    closing      INTEGER,
    credits      INTEGER NOT NULL DEFAULT 0,
    debits       INTEGER NOT NULL DEFAULT 0,
    breaks       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(breaks)),   -- where the balance does not chain
    warnings     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(warnings)),
    headings     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(headings)), -- of the bank's table; none for MT940 and the like
    rows         INTEGER NOT NULL DEFAULT 0,
    done         INTEGER NOT NULL DEFAULT 0,        -- rows posted so far
    created      INTEGER NOT NULL DEFAULT 0,
    duplicates   INTEGER NOT NULL DEFAULT 0,
    known        INTEGER NOT NULL DEFAULT 0,
    confirmed    INTEGER NOT NULL DEFAULT 0,
    outgoing     INTEGER NOT NULL DEFAULT 0,
    rejected     INTEGER NOT NULL DEFAULT 0,
    uploaded_by  TEXT NOT NULL,
    uploader     TEXT NOT NULL,                     -- name, for the page
    created_at   TEXT NOT NULL,
    staged_at    TEXT NOT NULL,                     -- of the last chunk: a loading one that stands still was stopped
    posted_at    TEXT
) STRICT;
CREATE UNIQUE INDEX statements_file ON statements (bank_id, file_hash) WHERE status = 'posted';

-- What the bank says; never changes. `identity` guards lines without reference:
-- bank, day, amount, narration, running balance or ordinal.
CREATE TABLE bank_credits (
    id            TEXT PRIMARY KEY,
    idx           INTEGER NOT NULL UNIQUE,
    statement_id  TEXT NOT NULL REFERENCES statements (id),
    bank_id       TEXT NOT NULL REFERENCES banks (id),
    line          INTEGER NOT NULL,
    direction     TEXT NOT NULL CHECK (direction IN ('credit', 'debit')),
    value_date    TEXT NOT NULL,
    amount        INTEGER NOT NULL CHECK (amount > 0),
    narration     TEXT NOT NULL,
    raw_reference TEXT NOT NULL,
    reference     TEXT NOT NULL,                    -- normalised; '' when the bank gives none
    rail          TEXT NOT NULL,
    balance       INTEGER,
    identity      TEXT NOT NULL,
    duplicate_of  TEXT REFERENCES bank_credits (id), -- same reference seen before; with another amount it makes a record that asks
    returns       TEXT REFERENCES bank_credits (id), -- a debit that takes this credit back
    created_at    TEXT NOT NULL,
    UNIQUE (bank_id, identity)
) STRICT;
CREATE INDEX bank_credits_by_statement ON bank_credits (statement_id, line);
CREATE INDEX bank_credits_by_day ON bank_credits (bank_id, value_date);
CREATE INDEX bank_credits_returned ON bank_credits (returns) WHERE returns IS NOT NULL;
CREATE UNIQUE INDEX bank_credits_reference ON bank_credits (bank_id, reference)
    WHERE reference <> '' AND direction = 'credit' AND duplicate_of IS NULL;
CREATE TRIGGER bank_credits_no_delete BEFORE DELETE ON bank_credits
BEGIN SELECT RAISE(ABORT, 'bank_credits.append_only'); END;
CREATE TRIGGER bank_credits_no_update BEFORE UPDATE ON bank_credits
BEGIN SELECT RAISE(ABORT, 'bank_credits.append_only'); END;

-- The fate of each row of each file.
CREATE TABLE statement_lines (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    line         INTEGER NOT NULL,
    fate         TEXT NOT NULL CHECK (fate IN ('created', 'questioned', 'duplicate', 'known', 'confirms', 'outgoing', 'returns', 'rejected')),
    reason       TEXT NOT NULL DEFAULT '',
    credit_id    TEXT,                              -- bank_credits
    record_id    TEXT,
    raw          TEXT NOT NULL DEFAULT '',          -- the row as read, for rejected ones
    cells        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(cells)),    -- and its cells, to be mended and handed in again
    PRIMARY KEY (statement_id, line)
) STRICT;
CREATE INDEX statement_lines_by_fate ON statement_lines (statement_id, fate, line);

-- ---------------------------------------------------------------- records

CREATE TABLE records (
    id                    TEXT PRIMARY KEY,
    idx                   INTEGER NOT NULL UNIQUE,
    ref                   TEXT NOT NULL UNIQUE,
    type                  TEXT NOT NULL CHECK (type IN ('repayment', 'tds', 'refund', 'adjustment')),
    status                TEXT NOT NULL CHECK (status IN ('unmatched', 'parked', 'set_aside', 'split', 'initiated', 'pending',
                                                          'approved', 'processed', 'rejected', 'reverted', 'cancelled')),
    account_id            TEXT REFERENCES accounts (id),
    received_amount       INTEGER NOT NULL CHECK (received_amount >= 0),
    tds_amount            INTEGER NOT NULL CHECK (tds_amount >= 0),
    fee_withheld          INTEGER NOT NULL DEFAULT 0 CHECK (fee_withheld >= 0), -- what a gateway or sponsor bank kept of it
    fee_gst               INTEGER NOT NULL DEFAULT 0 CHECK (fee_gst >= 0),      -- tax on that fee, kept with it
    amount                INTEGER NOT NULL CHECK (amount > 0),
    remaining_amount      INTEGER NOT NULL CHECK (remaining_amount BETWEEN 0 AND amount),
    refunded_amount       INTEGER NOT NULL DEFAULT 0 CHECK (refunded_amount BETWEEN 0 AND amount), -- gone back out of it
    payment_mode          TEXT,                     -- cash, cheque, transfer, neft, rtgs, imps, upi, nach; NULL as on the wire
    pg_service_id         TEXT,
    utr                   TEXT,
    reference             TEXT NOT NULL DEFAULT '', -- utr normalised: the duplicate guard
    settlement_utr        TEXT,
    settlement_order      TEXT NOT NULL,
    component_order       TEXT NOT NULL,
    loans                 TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(loans)),
    prepayment            TEXT NOT NULL DEFAULT '' CHECK (prepayment IN ('', 'reduce_emi', 'reduce_tenure')), -- the borrower's instruction
    closing_offer_id      TEXT REFERENCES closing_offers (id), -- the offer that this money takes
    uploaded_by           TEXT,                     -- name; NULL: a program
    uploaded_by_id        TEXT,
    date                  TEXT NOT NULL,            -- value date
    bank_date             TEXT NOT NULL,
    settled_on            TEXT,                     -- value date it was applied on
    revert_date           TEXT,
    revert_value_date     TEXT,
    revert_kind           TEXT CHECK (revert_kind IN ('bank', 'account', 'move')),
    remark                TEXT NOT NULL DEFAULT '',
    collection_bank_id    TEXT REFERENCES banks (id),
    back_date_found       INTEGER NOT NULL DEFAULT 0 CHECK (back_date_found IN (0, 1)),
    back_date_marked_on   TEXT,
    is_processed          INTEGER NOT NULL DEFAULT 0 CHECK (is_processed IN (0, 1)),
    source                TEXT NOT NULL CHECK (source IN ('statement', 'hand', 'api', 'portfolio')),
    bank_credit_id        TEXT REFERENCES bank_credits (id),
    carries               INTEGER NOT NULL DEFAULT 1 CHECK (carries IN (0, 1)), -- its bank money is here, not in a child or successor
    parent_id             TEXT REFERENCES records (id),      -- split
    predecessor_id        TEXT REFERENCES records (id),      -- rejected or reversed before
    receipt_no            TEXT UNIQUE,
    cheque_no             TEXT NOT NULL DEFAULT '',
    cheque_bank           TEXT NOT NULL DEFAULT '',
    cheque_date           TEXT,
    reason                TEXT NOT NULL DEFAULT '', -- why parked, set aside, sent back
    set_aside_kind        TEXT CHECK (set_aside_kind IN ('duplicate', 'return', 'refund', 'interest', 'transfer', 'other')),
    set_aside_on          TEXT,                     -- business date; undone by the maker until that day is closed
    duplicate_of          TEXT REFERENCES records (id), -- what it repeats; while it is parked: what it may repeat, a question
    maker_id              TEXT,                     -- who matched it or wrote it
    maker                 TEXT,
    fact_key              TEXT,                     -- the fact it became
    origin_id             TEXT REFERENCES records (id),        -- refund: the receipt whose money goes back
    body                  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(body)), -- refund, adjustment: from what is held
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL,
    version               INTEGER NOT NULL DEFAULT 1,
    CHECK (status IN ('unmatched', 'parked', 'set_aside', 'split', 'rejected', 'reverted', 'cancelled') OR account_id IS NOT NULL
        OR type = 'refund' AND origin_id IS NOT NULL),
    CHECK (CASE WHEN type IN ('refund', 'adjustment') THEN received_amount = 0 AND tds_amount = 0 AND fee_withheld = 0 AND fee_gst = 0
                ELSE amount = received_amount + tds_amount + fee_withheld + fee_gst END),                 -- no cash comes in by them
    CHECK (status <> 'parked' OR reason <> ''),
    CHECK ((status = 'set_aside') = (set_aside_kind IS NOT NULL)),
    CHECK (typeof(amount) = 'integer')
) STRICT;
-- A bank reference is unique per collection bank among live credits (domain 10.1).
CREATE UNIQUE INDEX records_reference ON records (collection_bank_id, reference)
    WHERE reference <> '' AND parent_id IS NULL AND status NOT IN ('reverted', 'rejected', 'cancelled');
CREATE INDEX records_by_status ON records (status, date, idx);
-- What is matched and not sent is little of a million: its own index says so to
-- the planner, which takes every status for equally frequent. Every record list
-- counts in it, so it holds what it is asked.
CREATE INDEX records_unsent ON records (status, date, idx, reason, parent_id, id) WHERE status IN ('initiated', 'split');
CREATE INDEX records_by_date ON records (date, idx);
CREATE INDEX records_by_amount ON records (amount, idx);
CREATE INDEX records_by_account ON records (account_id, date, idx) WHERE account_id IS NOT NULL;
CREATE INDEX records_by_bank ON records (collection_bank_id, date, idx);
CREATE INDEX records_by_reference ON records (reference) WHERE reference <> '';
CREATE INDEX records_by_cheque ON records (ltrim(cheque_no, '0')) WHERE cheque_no <> '';
CREATE INDEX records_by_credit ON records (bank_credit_id) WHERE bank_credit_id IS NOT NULL;
CREATE INDEX records_by_parent ON records (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX records_by_predecessor ON records (predecessor_id) WHERE predecessor_id IS NOT NULL;
CREATE INDEX records_by_origin ON records (origin_id) WHERE origin_id IS NOT NULL;
-- Money of which somebody has to say whether it is its own: few, and every page of
-- the overview counts them.
CREATE INDEX records_questioned ON records (date) WHERE status = 'parked' AND duplicate_of IS NOT NULL;
CREATE INDEX records_unconfirmed ON records (date) WHERE source = 'hand' AND bank_credit_id IS NULL;
CREATE INDEX records_unconfirmed_amount ON records (received_amount, date) WHERE source = 'hand' AND bank_credit_id IS NULL;

-- How many records stand in each state and what they sum to, kept by the change
-- itself: every page shows these figures, and counting a million takes seconds.
CREATE TABLE record_counts (
    status    TEXT PRIMARY KEY,
    count     INTEGER NOT NULL CHECK (count >= 0),
    amount    INTEGER NOT NULL CHECK (amount >= 0),
    remaining INTEGER NOT NULL CHECK (remaining >= 0)
) STRICT;
CREATE TRIGGER records_counted AFTER INSERT ON records
BEGIN
    INSERT INTO record_counts (status, count, amount, remaining) VALUES (NEW.status, 1, NEW.amount, NEW.remaining_amount)
    ON CONFLICT (status) DO UPDATE SET count = count + 1, amount = amount + excluded.amount, remaining = remaining + excluded.remaining;
END;
CREATE TRIGGER records_counted_again AFTER UPDATE OF status, amount, remaining_amount ON records
WHEN OLD.status <> NEW.status OR OLD.amount <> NEW.amount OR OLD.remaining_amount <> NEW.remaining_amount
BEGIN
    UPDATE record_counts SET count = count - 1, amount = amount - OLD.amount, remaining = remaining - OLD.remaining_amount WHERE status = OLD.status;
    INSERT INTO record_counts (status, count, amount, remaining) VALUES (NEW.status, 1, NEW.amount, NEW.remaining_amount)
    ON CONFLICT (status) DO UPDATE SET count = count + 1, amount = amount + excluded.amount, remaining = remaining + excluded.remaining;
END;
CREATE TRIGGER records_counted_out AFTER DELETE ON records
BEGIN
    UPDATE record_counts SET count = count - 1, amount = amount - OLD.amount, remaining = remaining - OLD.remaining_amount WHERE status = OLD.status;
END;

-- Everybody who shaped a record: none of them may decide it.
CREATE TABLE record_editors (
    record_id TEXT NOT NULL REFERENCES records (id),
    person_id TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (record_id, person_id)
) STRICT;

-- A receipt by hand and a bank's line of which somebody said that they are not the
-- same money: the pair is not asked about again. The line keeps its name here when a
-- rejection makes another record of it.
CREATE TABLE receipts_apart (
    record_id TEXT NOT NULL REFERENCES records (id),
    credit_id TEXT NOT NULL REFERENCES bank_credits (id),
    reason    TEXT NOT NULL CHECK (reason <> ''),
    said_by   TEXT NOT NULL,
    sayer     TEXT NOT NULL,                        -- name, for the page
    said_at   TEXT NOT NULL,
    PRIMARY KEY (record_id, credit_id)
) STRICT;
CREATE INDEX receipts_apart_by_credit ON receipts_apart (credit_id);
CREATE TRIGGER receipts_apart_no_update BEFORE UPDATE ON receipts_apart BEGIN SELECT RAISE(ABORT, 'receipts_apart.append_only'); END;
CREATE TRIGGER receipts_apart_no_delete BEFORE DELETE ON receipts_apart BEGIN SELECT RAISE(ABORT, 'receipts_apart.append_only'); END;

-- Text of a record for the search box; docid is records.idx. FTS4, because
-- go-sqlite3 compiles it without a build tag.
CREATE VIRTUAL TABLE record_text USING fts4 (body, tokenize=unicode61, prefix="2,3");
-- The same for accounts (ref, borrower, phone, virtual account); docid is accounts.idx.
CREATE VIRTUAL TABLE account_text USING fts4 (body, tokenize=unicode61, prefix="2,3");

-- ---------------------------------------------------------------- who paid?

CREATE TABLE match_proposals (
    record_id  TEXT NOT NULL REFERENCES records (id),
    rank       INTEGER NOT NULL,                    -- 1 is the best
    accounts   TEXT NOT NULL CHECK (json_valid(accounts)),  -- account ids
    amounts    TEXT NOT NULL CHECK (json_valid(amounts)),   -- paise, beside the accounts
    confidence INTEGER NOT NULL,                    -- basis points, 10000 is certain
    share      INTEGER NOT NULL DEFAULT 0,          -- basis points before calibration: what a refit takes
    bits       INTEGER NOT NULL DEFAULT 0,          -- the score in millibits: equal ones fit equally well
    decision   TEXT NOT NULL CHECK (decision IN ('auto', 'suggest', 'none')),
    advised    TEXT NOT NULL DEFAULT 'none' CHECK (advised IN ('auto', 'suggest', 'none')), -- what the engine said; in shadow mode nothing is auto
    evidence   TEXT NOT NULL CHECK (json_valid(evidence)),
    engine     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- on the first row: why it is not ticked by itself, and what it is that is no repayment
    held          TEXT NOT NULL DEFAULT '',
    no_repayment  TEXT NOT NULL DEFAULT '',
    no_repay_why  TEXT NOT NULL DEFAULT '',
    nobody        INTEGER NOT NULL DEFAULT 0,       -- basis points: that it is nobody's
    PRIMARY KEY (record_id, rank)
) STRICT;

CREATE TABLE payer_memory (
    idx           INTEGER NOT NULL UNIQUE,
    kind          TEXT NOT NULL CHECK (kind IN ('vpa', 'account', 'name')),
    value         TEXT NOT NULL,
    account_id    TEXT NOT NULL REFERENCES accounts (id),
    confirmations INTEGER NOT NULL DEFAULT 0,
    rejections    INTEGER NOT NULL DEFAULT 0,
    last_seen     TEXT NOT NULL,
    PRIMARY KEY (kind, value, account_id)
) STRICT;

CREATE INDEX payer_memory_by_account ON payer_memory (account_id);
-- What payers are known by, for the search of the engine's page; docid is
-- payer_memory.idx. Accounts and borrowers are found by account_text.
CREATE VIRTUAL TABLE memory_text USING fts4 (body, tokenize=unicode61, prefix="2,3");

-- How the engine is set. Without a row it is as new: it looks on (shadow) and
-- asks for its own confidence.
CREATE TABLE engine_settings (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    mode      TEXT NOT NULL CHECK (mode IN ('shadow', 'on')),
    auto_from INTEGER NOT NULL CHECK (auto_from BETWEEN 0 AND 10000), -- basis points; 0: the engine's own
    handles   TEXT NOT NULL CHECK (json_valid(handles)),              -- our own UPI addresses
    version   INTEGER NOT NULL
) STRICT;

-- How each proposal fared when people decided: what the month's figures and a
-- refit of the calibration rest on.
CREATE TABLE match_outcomes (
    record_id  TEXT PRIMARY KEY REFERENCES records (id),
    decided_on TEXT NOT NULL,                       -- business date
    outcome    TEXT NOT NULL CHECK (outcome IN ('accepted', 'corrected', 'overruled', 'missed')),
    advised    TEXT NOT NULL CHECK (advised IN ('auto', 'suggest', 'none')),
    confidence INTEGER NOT NULL,
    share      INTEGER NOT NULL,
    mode       TEXT NOT NULL CHECK (mode IN ('shadow', 'on')),
    engine     TEXT NOT NULL
) STRICT;
CREATE INDEX match_outcomes_by_day ON match_outcomes (decided_on);

-- The second look at a week's sample of what the engine was sure of and people
-- approved. The sample itself is not stored: it follows from the outcomes.
CREATE TABLE match_reviews (
    record_id   TEXT PRIMARY KEY REFERENCES records (id),
    verdict     TEXT NOT NULL CHECK (verdict IN ('right', 'wrong')),
    note        TEXT NOT NULL,
    reviewed_on TEXT NOT NULL,                      -- business date
    reviewed_at TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewer    TEXT NOT NULL,
    CHECK (verdict = 'right' OR note <> '')
) STRICT;

-- Curves that were fitted to decisions; the last one of an engine counts.
CREATE TABLE calibrations (
    idx          INTEGER PRIMARY KEY,
    engine       TEXT NOT NULL,
    knots        TEXT NOT NULL CHECK (json_valid(knots)),
    labels       INTEGER NOT NULL CHECK (labels >= 300),
    negatives    INTEGER NOT NULL CHECK (negatives >= 30),
    error_before INTEGER NOT NULL,                  -- basis points between claimed and true, over these labels
    error_after  INTEGER NOT NULL,
    fitted_on    TEXT NOT NULL,                     -- business date
    fitted_at    TEXT NOT NULL,
    fitted_by    TEXT NOT NULL,
    fitter       TEXT NOT NULL
) STRICT;

-- How the statements of a collection account are read whose layout is not known.
CREATE TABLE statement_mappings (
    bank_id  TEXT PRIMARY KEY REFERENCES banks (id),
    mapping  TEXT NOT NULL CHECK (json_valid(mapping)),
    saved_by TEXT NOT NULL,
    saver    TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    version  INTEGER NOT NULL
) STRICT;

-- Bank references that borrowers told staff before the money came.
CREATE TABLE advices (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    reference  TEXT NOT NULL,
    amount     INTEGER NOT NULL,
    advised_on TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX advices_by_reference ON advices (reference);

-- ---------------------------------------------------------------- approvals

-- Slabs per kind (domain 11.3): the first with amount <= up_to applies.
CREATE TABLE approval_rules (
    kind   TEXT NOT NULL,
    up_to  INTEGER NOT NULL,                        -- paise; 9223372036854775807: no upper bound
    levels INTEGER NOT NULL CHECK (levels BETWEEN 1 AND 3),
    role   TEXT NOT NULL,
    last_role TEXT NOT NULL DEFAULT '',             -- of the last level, where it is another's than the first
    PRIMARY KEY (kind, up_to)
) STRICT;
-- Once anything was asked, a slab is one that the last decided request about its kind
-- says, and goes only when that says another.
CREATE VIEW decided_slabs AS
    SELECT p.subject, CASE json_extract(s.value, '$.up_to') WHEN 0 THEN 9223372036854775807 ELSE json_extract(s.value, '$.up_to') END AS up_to,
        json_extract(s.value, '$.levels') AS levels, json_extract(s.value, '$.role') AS role, COALESCE(json_extract(s.value, '$.last_role'), '') AS last_role
    FROM approvals p, json_each(p.payload, '$.do.slabs') s
    WHERE p.kind = 'rules' AND p.status = 'approved'
        AND p.idx = (SELECT MAX(o.idx) FROM approvals o WHERE o.kind = 'rules' AND o.subject = p.subject AND o.status = 'approved');
CREATE TRIGGER approval_rules_insert BEFORE INSERT ON approval_rules
WHEN EXISTS (SELECT 1 FROM approvals)
 AND NOT EXISTS (SELECT 1 FROM decided_slabs d WHERE d.subject = 'rules/' || NEW.kind AND d.up_to = NEW.up_to AND d.levels = NEW.levels AND d.role = NEW.role AND d.last_role = NEW.last_role)
BEGIN SELECT RAISE(ABORT, 'approval_rules.undecided'); END;
CREATE TRIGGER approval_rules_update BEFORE UPDATE ON approval_rules BEGIN SELECT RAISE(ABORT, 'approval_rules.undecided'); END;
CREATE TRIGGER approval_rules_delete BEFORE DELETE ON approval_rules
WHEN NOT EXISTS (SELECT 1 FROM decided_slabs d WHERE d.subject = 'rules/' || OLD.kind)
 OR EXISTS (SELECT 1 FROM decided_slabs d WHERE d.subject = 'rules/' || OLD.kind AND d.up_to = OLD.up_to AND d.levels = OLD.levels AND d.role = OLD.role AND d.last_role = OLD.last_role)
BEGIN SELECT RAISE(ABORT, 'approval_rules.undecided'); END;
CREATE TRIGGER company_limits BEFORE UPDATE OF auto_limit, backdate_free_days, statement_free_days, confirm_days ON company
WHEN (NEW.auto_limit <> OLD.auto_limit OR NEW.backdate_free_days <> OLD.backdate_free_days OR NEW.statement_free_days <> OLD.statement_free_days OR NEW.confirm_days <> OLD.confirm_days)
 AND NOT EXISTS (
    SELECT 1 FROM approvals p
    WHERE p.kind = 'rules' AND p.subject = 'rules/limits' AND p.status = 'approved'
        AND p.idx = (SELECT MAX(o.idx) FROM approvals o WHERE o.kind = 'rules' AND o.subject = 'rules/limits' AND o.status = 'approved')
        AND json_extract(p.payload, '$.do.limits.auto_limit') = NEW.auto_limit AND json_extract(p.payload, '$.do.limits.backdate_free_days') = NEW.backdate_free_days
        AND json_extract(p.payload, '$.do.limits.statement_free_days') = NEW.statement_free_days AND json_extract(p.payload, '$.do.limits.confirm_days') = NEW.confirm_days)
BEGIN SELECT RAISE(ABORT, 'approval_rules.undecided'); END;

CREATE TABLE approvals (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL CHECK (kind <> ''),
    subject      TEXT NOT NULL CHECK (subject <> ''), -- id of what it is about: record, loan, account, program
    record_id    TEXT REFERENCES records (id),        -- NULL: a change that has no record
    account_id   TEXT REFERENCES accounts (id),     -- the one it changes most
    to_account_id TEXT REFERENCES accounts (id),    -- move
    amount       INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'sent_back', 'withdrawn')),
    role         TEXT NOT NULL,                     -- queue: whose turn it is
    last_role    TEXT NOT NULL DEFAULT '',          -- whose turn the last level is, where it is another's
    levels       INTEGER NOT NULL,
    level        INTEGER NOT NULL DEFAULT 0,        -- levels done
    reason       TEXT NOT NULL DEFAULT '',          -- the maker's
    payload      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    payload_hash TEXT NOT NULL,                     -- sha256 of the payload: what was signed is what is done
    seen         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(seen)), -- position of each account when it was sent
    checks       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(checks)),
    requested_by TEXT NOT NULL,
    requester    TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    made_by      INTEGER NOT NULL,                  -- seq of the event that asked
    decided_at   TEXT,
    ended_by     INTEGER,                           -- seq of the event that decided it or took it back
    version      INTEGER NOT NULL DEFAULT 1,
    CHECK (level <= levels),
    CHECK ((status = 'pending') = (ended_by IS NULL)),
    CHECK (record_id IS NULL OR subject = record_id),
    CHECK (record_id IS NOT NULL OR kind NOT IN ('record', 'split', 'reversal', 'move', 'undo_set_aside'))
) STRICT;
CREATE UNIQUE INDEX approvals_one_open ON approvals (subject) WHERE status = 'pending';
-- What was asked is frozen: nobody decides something else than was sent.
CREATE TRIGGER approvals_frozen BEFORE UPDATE OF kind, subject, record_id, account_id, to_account_id, amount, levels, last_role, payload, payload_hash, requested_by ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals.frozen'); END;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'approvals.append_only'); END;
CREATE INDEX approvals_queue ON approvals (status, role, requested_at, idx);
CREATE INDEX approvals_by_record ON approvals (record_id);
CREATE INDEX approvals_by_account ON approvals (account_id) WHERE account_id IS NOT NULL;

-- Papers that belong to a record or a request: a slip, a letter, a picture. What was
-- shown to who decided stays.
CREATE TABLE attachments (
    id         TEXT PRIMARY KEY,
    idx        INTEGER NOT NULL UNIQUE,
    subject_id TEXT NOT NULL,                       -- id of the record or the request
    subject    TEXT NOT NULL,                       -- its ref
    name       TEXT NOT NULL CHECK (name <> ''),
    type       TEXT NOT NULL CHECK (type <> ''),    -- as its first bytes say, not as it was sent
    size       INTEGER NOT NULL CHECK (size > 0 AND size = length(content)),
    sha256     TEXT NOT NULL,
    content    BLOB NOT NULL,
    person_id  TEXT NOT NULL,
    person     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (subject_id, sha256)
) STRICT;
CREATE TRIGGER attachments_no_update BEFORE UPDATE ON attachments BEGIN SELECT RAISE(ABORT, 'attachments.append_only'); END;
CREATE TRIGGER attachments_no_delete BEFORE DELETE ON attachments BEGIN SELECT RAISE(ABORT, 'attachments.append_only'); END;

-- Persons who shaped what is to be decided.
CREATE TABLE approval_editors (
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    person_id   TEXT NOT NULL,
    PRIMARY KEY (approval_id, person_id)
) STRICT;

CREATE TABLE approval_decisions (
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    level       INTEGER NOT NULL,
    decision    TEXT NOT NULL CHECK (decision IN ('approve', 'reject', 'send_back')),
    person_id   TEXT NOT NULL,                      -- a token counts as its owner
    person      TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    at          TEXT NOT NULL,
    made_by     INTEGER NOT NULL UNIQUE,            -- seq of the event that says the same
    PRIMARY KEY (approval_id, level),
    UNIQUE (approval_id, person_id)                 -- distinct persons
) STRICT;
-- Four eyes hold in the database, not only in the page.
CREATE TRIGGER approval_decisions_four_eyes BEFORE INSERT ON approval_decisions
WHEN EXISTS (SELECT 1 FROM approvals a WHERE a.id = NEW.approval_id AND a.requested_by = NEW.person_id)
  OR EXISTS (SELECT 1 FROM approval_editors e WHERE e.approval_id = NEW.approval_id AND e.person_id = NEW.person_id)
BEGIN SELECT RAISE(ABORT, 'approval_decisions.self'); END;
CREATE TRIGGER approval_decisions_pending_only BEFORE INSERT ON approval_decisions
WHEN (SELECT status FROM approvals WHERE id = NEW.approval_id) <> 'pending'
BEGIN SELECT RAISE(ABORT, 'approval_decisions.decided'); END;
CREATE TRIGGER approval_decisions_no_update BEFORE UPDATE ON approval_decisions BEGIN SELECT RAISE(ABORT, 'approval_decisions.append_only'); END;
CREATE TRIGGER approval_decisions_no_delete BEFORE DELETE ON approval_decisions BEGIN SELECT RAISE(ABORT, 'approval_decisions.append_only'); END;
-- An approval becomes approved only with a decision row for every level.
CREATE TRIGGER approvals_need_decisions BEFORE UPDATE OF status ON approvals
WHEN NEW.status = 'approved'
 AND (SELECT COUNT(*) FROM approval_decisions d WHERE d.approval_id = NEW.id AND d.decision = 'approve') < NEW.levels
BEGIN SELECT RAISE(ABORT, 'approvals.undecided'); END;
-- A record becomes approved only through an approved approval or the auto limit
-- of the company; one of a portfolio that was taken over begins as settled.
CREATE TRIGGER records_need_approval BEFORE UPDATE OF status ON records
WHEN NEW.status IN ('approved', 'processed') AND OLD.status NOT IN ('approved', 'processed')
 AND (NEW.amount > (SELECT auto_limit FROM company) OR NEW.type = 'refund')
 AND NOT EXISTS (SELECT 1 FROM approvals a
                 WHERE a.status = 'approved'
                   AND (a.record_id = NEW.id AND a.kind IN ('record', 'refund', 'adjustment') AND (a.kind = 'record') = (NEW.type IN ('repayment', 'tds'))
                     OR a.record_id = NEW.parent_id AND a.kind = 'split'
                     OR a.record_id = NEW.predecessor_id AND a.kind = 'move' AND a.to_account_id = NEW.account_id))
BEGIN SELECT RAISE(ABORT, 'records.unapproved'); END;

-- New rows of a schedule, a write-off and a category by decision are facts only of
-- an approval that was given; its ref is their source.
CREATE TRIGGER facts_need_approval BEFORE INSERT ON facts
WHEN NEW.kind IN ('reschedule', 'write_off', 'classification')
 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.source AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'facts.unapproved'); END;

-- One is never written as approved: it comes there by a change, or was taken over.
-- Once a day was closed it is taken over only by the command that approves that: its
-- event is not in the log yet.
CREATE TRIGGER records_start_unapproved BEFORE INSERT ON records
WHEN NEW.status IN ('approved', 'processed')
 AND (NEW.source <> 'portfolio'
      OR EXISTS (SELECT 1 FROM day_runs)
         AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'take_over' AND a.status = 'approved' AND a.ended_by > (SELECT seq FROM log_head)))
BEGIN SELECT RAISE(ABORT, 'records.unapproved'); END;
CREATE INDEX approvals_take_over ON approvals (ended_by) WHERE kind = 'take_over'; -- asked for every receipt that is taken over

-- ---------------------------------------------------------------- credit lines and drawings

-- Large buyers, sellers, makers around whom supply chain programs are built.
CREATE TABLE anchors (
    id          TEXT PRIMARY KEY,
    idx         INTEGER NOT NULL UNIQUE,
    ref         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL UNIQUE CHECK (name <> ''),
    pan         TEXT NOT NULL DEFAULT '',
    gstin       TEXT NOT NULL DEFAULT '',
    bank_id     TEXT REFERENCES banks (id),         -- where drawings that are paid to it go
    approval    TEXT NOT NULL DEFAULT '',           -- ref of the approval that holds; '' while nobody approved it as it is
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX anchors_gstin ON anchors (gstin) WHERE gstin <> '';
CREATE TRIGGER anchors_need_approval BEFORE UPDATE OF approval ON anchors
WHEN NEW.approval <> '' AND NEW.approval <> OLD.approval
 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind = 'anchor' AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'anchors.unapproved'); END;

-- What a program says of drawings from a day on, and whose program it is; only added to.
CREATE TABLE drawing_rules (
    program_id     TEXT NOT NULL REFERENCES programs (id),
    no             INTEGER NOT NULL,
    effective_from TEXT NOT NULL,                   -- business date
    anchor_id      TEXT REFERENCES anchors (id),
    rules          TEXT NOT NULL CHECK (json_valid(rules)), -- lending.DrawingRules
    approval       TEXT NOT NULL,                   -- ref
    created_at     TEXT NOT NULL,
    PRIMARY KEY (program_id, no)
) STRICT;
CREATE TRIGGER drawing_rules_need_approval BEFORE INSERT ON drawing_rules
WHEN NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind = 'drawing_rules' AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'drawing_rules.unapproved'); END;
CREATE TRIGGER drawing_rules_no_update BEFORE UPDATE ON drawing_rules BEGIN SELECT RAISE(ABORT, 'drawing_rules.append_only'); END;
CREATE TRIGGER drawing_rules_no_delete BEFORE DELETE ON drawing_rules BEGIN SELECT RAISE(ABORT, 'drawing_rules.append_only'); END;

-- Limits: of an account, of a borrower under a program, of a program, of an anchor.
-- What a limit says from a day on stands in its versions.
CREATE TABLE line_details (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    level        TEXT NOT NULL CHECK (level IN ('account', 'borrower', 'program', 'anchor')),
    type         TEXT NOT NULL CHECK (type IN ('sanctioned', 'adhoc', 'sub_limit')),
    account_id   TEXT REFERENCES accounts (id),
    borrower_id  TEXT REFERENCES borrowers (id),
    program_id   TEXT REFERENCES programs (id),
    anchor_id    TEXT REFERENCES anchors (id),
    counterparty TEXT NOT NULL DEFAULT '',          -- GSTIN that a sub_limit caps
    status       TEXT NOT NULL CHECK (status IN ('pending', 'active', 'rejected')),
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    CHECK (CASE level WHEN 'account' THEN account_id IS NOT NULL WHEN 'borrower' THEN borrower_id IS NOT NULL AND program_id IS NOT NULL
                      WHEN 'program' THEN program_id IS NOT NULL AND borrower_id IS NULL ELSE anchor_id IS NOT NULL END),
    CHECK ((type = 'sub_limit') = (counterparty <> '')),
    CHECK (type <> 'sub_limit' OR level = 'account')
) STRICT;
CREATE UNIQUE INDEX line_details_one_account ON line_details (account_id) WHERE level = 'account' AND type = 'sanctioned' AND status <> 'rejected';
CREATE UNIQUE INDEX line_details_one_borrower ON line_details (borrower_id, program_id) WHERE level = 'borrower' AND type = 'sanctioned' AND status <> 'rejected';
CREATE UNIQUE INDEX line_details_one_program ON line_details (program_id) WHERE level = 'program' AND type = 'sanctioned' AND status <> 'rejected';
CREATE UNIQUE INDEX line_details_one_anchor ON line_details (anchor_id) WHERE level = 'anchor' AND type = 'sanctioned' AND status <> 'rejected';
CREATE INDEX line_details_by_account ON line_details (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX line_details_by_borrower ON line_details (borrower_id) WHERE borrower_id IS NOT NULL;
CREATE INDEX line_details_by_program ON line_details (program_id) WHERE program_id IS NOT NULL;
CREATE INDEX line_details_by_anchor ON line_details (anchor_id) WHERE anchor_id IS NOT NULL;

-- What a limit says from a day on; only added to. The latest that has begun holds.
CREATE TABLE line_versions (
    line_id    TEXT NOT NULL REFERENCES line_details (id),
    no         INTEGER NOT NULL,
    from_date  TEXT NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    expiry     TEXT,                                -- last day on which it is drawn on; NULL: none
    revolving  INTEGER NOT NULL DEFAULT 1 CHECK (revolving IN (0, 1)),
    frozen     TEXT NOT NULL DEFAULT '',            -- why nothing is drawn on it
    reason     TEXT NOT NULL DEFAULT '',
    approval   TEXT NOT NULL DEFAULT '',            -- ref; '': it came with its account
    created_at TEXT NOT NULL,
    PRIMARY KEY (line_id, no),
    CHECK (expiry IS NULL OR expiry >= from_date)
) STRICT;
CREATE TRIGGER line_versions_need_approval BEFORE INSERT ON line_versions
WHEN CASE NEW.approval WHEN '' THEN NOT EXISTS (SELECT 1 FROM line_details l WHERE l.id = NEW.line_id AND l.level = 'account' AND l.type = 'sanctioned')
     ELSE NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind IN ('line', 'adhoc_limit', 'line_freeze', 'loan_params') AND a.status = 'approved') END
BEGIN SELECT RAISE(ABORT, 'line_versions.unapproved'); END;
CREATE TRIGGER line_versions_no_update BEFORE UPDATE ON line_versions BEGIN SELECT RAISE(ABORT, 'line_versions.append_only'); END;
CREATE TRIGGER line_versions_no_delete BEFORE DELETE ON line_versions BEGIN SELECT RAISE(ABORT, 'line_versions.append_only'); END;

-- Several drawings that are handled together.
CREATE TABLE topup_groups (
    id          TEXT PRIMARY KEY,
    idx         INTEGER NOT NULL UNIQUE,
    ref         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL DEFAULT '',
    program_id  TEXT NOT NULL REFERENCES programs (id),
    all_or_none INTEGER NOT NULL CHECK (all_or_none IN (0, 1)),
    status      TEXT NOT NULL CHECK (status IN ('open', 'locked', 'payout_initiated', 'disbursed', 'partially_disbursed', 'closed', 'cancelled')),
    maker_id    TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;

-- A drawing on a line: a request, mostly against an invoice, that becomes a loan.
CREATE TABLE topups (
    id             TEXT PRIMARY KEY,
    idx            INTEGER NOT NULL UNIQUE,
    ref            TEXT NOT NULL UNIQUE,
    account_id     TEXT NOT NULL REFERENCES accounts (id),
    anchor_id      TEXT REFERENCES anchors (id),
    group_id       TEXT REFERENCES topup_groups (id),
    status         TEXT NOT NULL CHECK (status IN ('draft', 'ready', 'check_failed', 'pending', 'approved', 'scheduled', 'payout_initiated', 'payout_failed',
                                                   'disbursed', 'closed', 'rejected', 'cancelled')),
    amount         INTEGER NOT NULL CHECK (amount > 0), -- that is lent: the margin is no part of it
    tenor_days     INTEGER NOT NULL DEFAULT 0 CHECK (tenor_days >= 0), -- 0: that of the loan parameters
    invoice_no     TEXT NOT NULL DEFAULT '',
    invoice_key    TEXT NOT NULL DEFAULT '',        -- number normalised
    invoice_date   TEXT,
    invoice_amount INTEGER NOT NULL DEFAULT 0 CHECK (invoice_amount >= 0),
    invoice_year   TEXT NOT NULL DEFAULT '',        -- financial year
    seller_gstin   TEXT NOT NULL DEFAULT '',
    buyer_gstin    TEXT NOT NULL DEFAULT '',
    irn            TEXT NOT NULL DEFAULT '',        -- of an e-invoice
    scope          TEXT NOT NULL,                   -- anchor, or program without one: where an invoice is financed once
    payout_to      TEXT NOT NULL CHECK (payout_to IN ('borrower', 'anchor', 'custom_bank')),
    credit_bank_id TEXT REFERENCES banks (id),
    method         TEXT NOT NULL CHECK (method IN ('manual', 'automatic')),
    scheduled_on   TEXT,
    loan_id        TEXT REFERENCES loans (id),
    approval       TEXT NOT NULL DEFAULT '',        -- ref of the approval that was given
    remark         TEXT NOT NULL DEFAULT '',
    reason         TEXT NOT NULL DEFAULT '',        -- why it was rejected, cancelled, failed
    maker_id       TEXT NOT NULL,
    maker          TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX topups_by_account ON topups (account_id, status);
CREATE INDEX topups_by_status ON topups (status, idx);
CREATE INDEX topups_by_group ON topups (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX topups_by_invoice ON topups (scope, seller_gstin, invoice_key, invoice_year) WHERE invoice_key <> '';
CREATE UNIQUE INDEX topups_by_loan ON topups (loan_id) WHERE loan_id IS NOT NULL;
CREATE INDEX topups_due_out ON topups (scheduled_on) WHERE status = 'scheduled';
-- An invoice is financed once (domain 2.7): from the day it is asked for.
CREATE UNIQUE INDEX topups_invoice_once ON topups (scope, seller_gstin, invoice_key, invoice_year)
    WHERE invoice_key <> '' AND status IN ('pending', 'approved', 'scheduled', 'payout_initiated', 'payout_failed', 'disbursed', 'closed');
-- Nobody's money goes out on a drawing that a second person did not approve.
CREATE TRIGGER topups_need_approval BEFORE UPDATE OF status ON topups
WHEN NEW.status IN ('approved', 'scheduled', 'payout_initiated') AND OLD.status IN ('draft', 'ready', 'check_failed', 'pending')
 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind IN ('topup', 'topup_group') AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'topups.unapproved'); END;
CREATE TRIGGER topups_start_draft BEFORE INSERT ON topups
WHEN NEW.status <> 'draft'
BEGIN SELECT RAISE(ABORT, 'topups.unapproved'); END;

-- Each time the checks of a drawing were run, with all results; only added to.
CREATE TABLE topup_checks (
    topup_id TEXT NOT NULL REFERENCES topups (id),
    no       INTEGER NOT NULL,
    on_date  TEXT NOT NULL,                         -- business date
    verdict  TEXT NOT NULL CHECK (verdict IN ('pass', 'warn', 'fail')),
    results  TEXT NOT NULL CHECK (json_valid(results)), -- list of lending.DrawingCheck
    person   TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (topup_id, no)
) STRICT;
CREATE TRIGGER topup_checks_no_update BEFORE UPDATE ON topup_checks BEGIN SELECT RAISE(ABORT, 'topup_checks.append_only'); END;
CREATE TRIGGER topup_checks_no_delete BEFORE DELETE ON topup_checks BEGIN SELECT RAISE(ABORT, 'topup_checks.append_only'); END;

-- ---------------------------------------------------------------- collecting under mandates (NACH)

-- What a borrower's bank was told: that we may collect, how much and how long
-- (domain 8.1). It goes to the bank only after a second person looked at it.
CREATE TABLE mandates (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    status       TEXT NOT NULL CHECK (status IN ('draft', 'sent', 'active', 'rejected', 'cancelled', 'expired')),
    umrn         TEXT NOT NULL DEFAULT '',          -- the bank gives it when it registers the mandate
    max_amount   INTEGER NOT NULL CHECK (max_amount > 0), -- of one presentation
    frequency    TEXT NOT NULL CHECK (frequency IN ('as_presented', 'monthly', 'quarterly', 'half_yearly', 'yearly')),
    first_date   TEXT NOT NULL,                     -- first and last day of collection
    last_date    TEXT NOT NULL,
    holder       TEXT NOT NULL CHECK (holder <> ''),
    ifsc         TEXT NOT NULL,                     -- of the borrower's bank
    account_no   TEXT NOT NULL,
    account_type TEXT NOT NULL DEFAULT '10',
    reason       TEXT NOT NULL DEFAULT '',          -- why it was rejected or cancelled
    maker_id     TEXT NOT NULL,
    maker        TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    CHECK (last_date >= first_date),
    CHECK (status <> 'active' OR umrn <> '')
) STRICT;
CREATE INDEX mandates_by_account ON mandates (account_id, idx);
CREATE UNIQUE INDEX mandates_one_active ON mandates (account_id) WHERE status = 'active';
CREATE UNIQUE INDEX mandates_umrn ON mandates (umrn) WHERE umrn <> '';
CREATE INDEX mandates_by_end ON mandates (last_date) WHERE status = 'active';
CREATE TRIGGER mandates_start_draft BEFORE INSERT ON mandates
WHEN NEW.status <> 'draft'
BEGIN SELECT RAISE(ABORT, 'mandates.unapproved'); END;
CREATE TRIGGER mandates_need_approval BEFORE UPDATE OF status ON mandates
WHEN NEW.status IN ('sent', 'active') AND OLD.status = 'draft'
 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.subject = NEW.id AND a.kind = 'mandate' AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'mandates.unapproved'); END;

-- What the sponsor bank is asked to collect on one day, and the file that says so.
CREATE TABLE presentations (
    id           TEXT PRIMARY KEY,
    idx          INTEGER NOT NULL UNIQUE,
    ref          TEXT NOT NULL UNIQUE,
    date         TEXT NOT NULL,                     -- day of settlement
    bank_id      TEXT NOT NULL REFERENCES banks (id), -- our account at the sponsor bank
    utility_code TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('draft', 'sent', 'cancelled')),
    serial       INTEGER NOT NULL,                  -- of the file on its day
    file_name    TEXT NOT NULL DEFAULT '',
    data         BLOB NOT NULL DEFAULT x'',
    count        INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    maker_id     TEXT NOT NULL,
    maker        TEXT NOT NULL,
    sender_id    TEXT,                              -- who released it, never who drew it up
    sent_at      TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    CHECK (sender_id IS NULL OR sender_id <> maker_id),
    CHECK ((status = 'sent') = (sender_id IS NOT NULL))
) STRICT;
CREATE INDEX presentations_by_day ON presentations (date, idx);

-- One due that is presented once.
CREATE TABLE presentation_items (
    id              TEXT PRIMARY KEY,
    idx             INTEGER NOT NULL UNIQUE,
    ref             TEXT NOT NULL UNIQUE,           -- the file carries it, the answer brings it back
    presentation_id TEXT NOT NULL REFERENCES presentations (id),
    mandate_id      TEXT NOT NULL REFERENCES mandates (id),
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    demand_key      TEXT NOT NULL,
    due_date        TEXT NOT NULL,
    attempt         INTEGER NOT NULL CHECK (attempt >= 1),
    amount          INTEGER NOT NULL CHECK (amount > 0),
    status          TEXT NOT NULL CHECK (status IN ('pending', 'submitted', 'extended', 'confirmed', 'returned', 'cancelled')),
    value_date      TEXT,                           -- of the money, once it is confirmed
    code            TEXT NOT NULL DEFAULT '',       -- of a return or an extension
    reason          TEXT NOT NULL DEFAULT '',       -- its text when it was read
    technical       INTEGER NOT NULL DEFAULT 0 CHECK (technical IN (0, 1)), -- returned by the bank's fault
    retry           INTEGER NOT NULL DEFAULT 0 CHECK (retry IN (0, 1)),     -- may be presented again as it is
    returned_on     TEXT,
    fee_id          TEXT REFERENCES fees (id),      -- the charge for the return
    record_id       TEXT REFERENCES records (id),   -- the net credit in which it came
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    CHECK ((status = 'returned') = (returned_on IS NOT NULL)),
    CHECK ((status = 'confirmed') = (value_date IS NOT NULL)),
    CHECK (record_id IS NULL OR status = 'confirmed')
) STRICT;
CREATE INDEX presentation_items_by_presentation ON presentation_items (presentation_id, idx);
CREATE INDEX presentation_items_by_account ON presentation_items (account_id, demand_key, idx);
CREATE INDEX presentation_items_by_value ON presentation_items (value_date) WHERE value_date IS NOT NULL;
CREATE INDEX presentation_items_by_record ON presentation_items (record_id) WHERE record_id IS NOT NULL;
-- Nothing is collected twice for one due: not while it is at the bank, not once it was paid.
CREATE UNIQUE INDEX presentation_items_once ON presentation_items (account_id, demand_key)
    WHERE status IN ('pending', 'submitted', 'extended', 'confirmed');

-- ---------------------------------------------------------------- what other programs hear

-- An address of another program that is told what happened here. It is told states
-- and amounts, never who somebody is: what it wants to know of them it asks the API.
CREATE TABLE webhooks (
    id          TEXT PRIMARY KEY,
    idx         INTEGER NOT NULL UNIQUE,
    ref         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL UNIQUE CHECK (name <> ''),
    url         TEXT NOT NULL CHECK (url <> ''),
    status      TEXT NOT NULL CHECK (status IN ('active', 'paused', 'ended')), -- paused: messages are kept for it
    misses      INTEGER NOT NULL DEFAULT 0 CHECK (misses >= 0), -- times in a row that nobody answered
    rests_until TEXT,                               -- instant; nothing is sent before
    maker_id    TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE webhook_topics (
    webhook_id TEXT NOT NULL REFERENCES webhooks (id),
    topic      TEXT NOT NULL,
    PRIMARY KEY (topic, webhook_id)
) STRICT;
-- What messages are signed with. The secret has to be here, because signing needs it.
CREATE TABLE webhook_keys (
    id         TEXT PRIMARY KEY,                    -- stands in the header beside each signature
    webhook_id TEXT NOT NULL REFERENCES webhooks (id),
    secret     TEXT NOT NULL CHECK (length(secret) >= 32),
    created_at TEXT NOT NULL,
    ends_at    TEXT                                 -- a replaced key signs beside the new one until then
) STRICT;
CREATE INDEX webhook_keys_by_webhook ON webhook_keys (webhook_id, created_at);

-- The outbox: each change of state that somebody listens for, written by the change
-- itself and so in its transaction. Triggers write it, so that no command forgets to.
CREATE TABLE outbox (
    idx        INTEGER PRIMARY KEY,
    topic      TEXT NOT NULL,
    object     TEXT NOT NULL CHECK (object IN ('record', 'payout', 'topup', 'account')),
    object_id  TEXT NOT NULL,
    ref        TEXT NOT NULL,
    account_id TEXT,
    was        TEXT NOT NULL DEFAULT '',            -- '': it is new
    state      TEXT NOT NULL,
    amount     INTEGER NOT NULL,                    -- paise; of an account: what is due
    at         TEXT NOT NULL
) STRICT;
CREATE TRIGGER outbox_no_update BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'outbox.append_only'); END;
CREATE INDEX outbox_by_age ON outbox (at);

-- One message to one address, and how far it has come.
CREATE TABLE deliveries (
    idx          INTEGER PRIMARY KEY,
    outbox_idx   INTEGER NOT NULL REFERENCES outbox (idx),
    webhook_id   TEXT NOT NULL REFERENCES webhooks (id),
    object_id    TEXT NOT NULL,                     -- messages about one object go in their order
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'dropped')),
    tries        INTEGER NOT NULL DEFAULT 0,
    next_at      TEXT NOT NULL,                     -- instant of the next try
    code         INTEGER NOT NULL DEFAULT 0,        -- status of the last answer; 0: none came
    answer       TEXT NOT NULL DEFAULT '',          -- its beginning, or why none came
    tried_at     TEXT,
    UNIQUE (webhook_id, outbox_idx)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, object_id, idx) WHERE state = 'waiting';
CREATE INDEX deliveries_next ON deliveries (webhook_id, idx) WHERE state = 'waiting';
CREATE INDEX deliveries_by_state ON deliveries (state, idx);
CREATE INDEX deliveries_by_message ON deliveries (outbox_idx);
CREATE TRIGGER outbox_delivered AFTER INSERT ON outbox
BEGIN
    INSERT INTO deliveries (outbox_idx, webhook_id, object_id, state, next_at)
    SELECT NEW.idx, t.webhook_id, NEW.object_id, 'waiting', NEW.at FROM webhook_topics t WHERE t.topic = NEW.topic ORDER BY t.webhook_id;
END;

CREATE TRIGGER records_told_new AFTER INSERT ON records
WHEN EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'record.' || CASE NEW.status WHEN 'initiated' THEN 'matched' WHEN 'processed' THEN 'settled' ELSE NEW.status END)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, state, amount, at)
    VALUES ('record.' || CASE NEW.status WHEN 'initiated' THEN 'matched' WHEN 'processed' THEN 'settled' ELSE NEW.status END,
        'record', NEW.id, NEW.ref, NEW.account_id, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER records_told AFTER UPDATE OF status ON records
WHEN NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'record.' || CASE NEW.status WHEN 'initiated' THEN 'matched' WHEN 'processed' THEN 'settled' ELSE NEW.status END)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, was, state, amount, at)
    VALUES ('record.' || CASE NEW.status WHEN 'initiated' THEN 'matched' WHEN 'processed' THEN 'settled' ELSE NEW.status END,
        'record', NEW.id, NEW.ref, NEW.account_id, OLD.status, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER payouts_told_new AFTER INSERT ON payouts
WHEN EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'payout.' || NEW.status)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, state, amount, at)
    VALUES ('payout.' || NEW.status, 'payout', NEW.id, NEW.ref, NEW.account_id, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER payouts_told AFTER UPDATE OF status ON payouts
WHEN NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'payout.' || NEW.status)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, was, state, amount, at)
    VALUES ('payout.' || NEW.status, 'payout', NEW.id, NEW.ref, NEW.account_id, OLD.status, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER topups_told_new AFTER INSERT ON topups
WHEN EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'topup.' || NEW.status)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, state, amount, at)
    VALUES ('topup.' || NEW.status, 'topup', NEW.id, NEW.ref, NEW.account_id, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER topups_told AFTER UPDATE OF status ON topups
WHEN NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'topup.' || NEW.status)
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, was, state, amount, at)
    VALUES ('topup.' || NEW.status, 'topup', NEW.id, NEW.ref, NEW.account_id, OLD.status, NEW.status, NEW.amount, NEW.updated_at);
END;
CREATE TRIGGER positions_told_dpd AFTER UPDATE OF dpd ON positions
WHEN NEW.dpd <> OLD.dpd AND EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'account.days_past_due')
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, was, state, amount, at)
    SELECT 'account.days_past_due', 'account', a.id, a.ref, a.id, CAST(OLD.dpd AS TEXT), CAST(NEW.dpd AS TEXT), NEW.due_now, NEW.updated_at FROM accounts a WHERE a.id = NEW.account_id;
END;
CREATE TRIGGER positions_told_category AFTER UPDATE OF category ON positions
WHEN NEW.category <> OLD.category AND EXISTS (SELECT 1 FROM webhook_topics t WHERE t.topic = 'account.category')
BEGIN
    INSERT INTO outbox (topic, object, object_id, ref, account_id, was, state, amount, at)
    SELECT 'account.category', 'account', a.id, a.ref, a.id, OLD.category, NEW.category, NEW.due_now, NEW.updated_at FROM accounts a WHERE a.id = NEW.account_id;
END;

-- ---------------------------------------------------------------- running the day, programs' keys

CREATE TABLE day_runs (
    date        TEXT PRIMARY KEY,                   -- the business date that was closed
    status      TEXT NOT NULL CHECK (status IN ('running', 'done')),
    accounts    INTEGER NOT NULL DEFAULT 0,
    changed     INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    duration_ms INTEGER NOT NULL DEFAULT 0,
    started_by  TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    leased_until TEXT,                              -- instant; a run beyond it may be taken up by another process
    finished_at TEXT
) STRICT;

CREATE TABLE day_failures (
    date       TEXT NOT NULL REFERENCES day_runs (date),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    message    TEXT NOT NULL,
    PRIMARY KEY (date, account_id)
) STRICT;

-- What a day close changed and why, in so far as somebody wants to see it: that an
-- account only grew older is not written down.
CREATE TABLE day_changes (
    date       TEXT NOT NULL REFERENCES day_runs (date),
    kind       TEXT NOT NULL CHECK (kind IN ('due', 'excess', 'sma-0', 'sma-1', 'sma-2', 'npa', 'doubtful', 'better', 'upgraded', 'line', 'topup', 'topup-missed', 'mandate')),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    subject    TEXT NOT NULL DEFAULT '',            -- ref of the line, topup or mandate
    was        TEXT NOT NULL DEFAULT '',
    became     TEXT NOT NULL DEFAULT '',
    amount     INTEGER NOT NULL DEFAULT 0,          -- paise
    PRIMARY KEY (date, kind, account_id, subject)
) STRICT;

-- Why the clock did not close a day when its hour had come.
CREATE TABLE day_skips (
    date   TEXT PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason <> ''),
    since  TEXT NOT NULL,
    at     TEXT NOT NULL                            -- tried last
) STRICT;

-- Where every account stood at the end of a day that bureaus or a month's end ask for.
CREATE TABLE day_positions (
    date       TEXT NOT NULL REFERENCES day_runs (date),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    principal_outstanding INTEGER NOT NULL,
    total_outstanding     INTEGER NOT NULL,
    due_now               INTEGER NOT NULL,
    excess                INTEGER NOT NULL,
    dpd                   INTEGER NOT NULL,
    peak_dpd              INTEGER NOT NULL,
    category              TEXT NOT NULL,
    category_date         TEXT,
    oldest_due            TEXT,
    PRIMARY KEY (date, account_id)
) STRICT;

CREATE TABLE idempotency_keys (
    actor_id     TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status       INTEGER NOT NULL,                  -- 0 while the first request is still running, 1 once it is carried out and not yet answered
    answer       BLOB NOT NULL,
    created_at   TEXT NOT NULL,
    PRIMARY KEY (actor_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- ---------------------------------------------------------------- journal

-- Double entry, posted by difference in the transaction of the facts it follows
-- from. An entry is never changed: its mirror corrects it.
CREATE TABLE journal_entries (
    idx          INTEGER PRIMARY KEY,               -- voucher number, rising with the booking date
    event        TEXT NOT NULL CHECK (event <> ''), -- kind/key: what happened
    account_id   TEXT REFERENCES accounts (id),     -- NULL: of the company, money nobody's yet
    source       TEXT NOT NULL DEFAULT '',          -- ref of the record, loan, fee or statement it came from
    event_seq    INTEGER NOT NULL DEFAULT 0,        -- of the fact; 0: it follows from time alone
    value_date   TEXT NOT NULL,
    booking_date TEXT NOT NULL,
    corrects     INTEGER REFERENCES journal_entries (idx), -- the first entry of the same event
    created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX journal_entries_by_account ON journal_entries (account_id, event);
CREATE INDEX journal_entries_by_day ON journal_entries (booking_date, idx);
CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;
-- Voucher numbers follow the booking dates, so that an export is a run of numbers.
CREATE TRIGGER journal_entries_in_order BEFORE INSERT ON journal_entries
WHEN NEW.booking_date < COALESCE((SELECT e.booking_date FROM journal_entries e ORDER BY e.idx DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'journal.order'); END;

CREATE TABLE journal_lines (
    entry_idx    INTEGER NOT NULL REFERENCES journal_entries (idx),
    no           INTEGER NOT NULL,
    loan_id      TEXT NOT NULL DEFAULT '',
    role         TEXT NOT NULL,
    code         TEXT NOT NULL CHECK (code <> ''),  -- by the mapping of the booking date
    amount       INTEGER NOT NULL CHECK (amount <> 0), -- paise; debit positive, credit negative
    booking_date TEXT NOT NULL,
    PRIMARY KEY (entry_idx, no)
) STRICT;
CREATE INDEX journal_lines_by_code ON journal_lines (code, booking_date, entry_idx, amount);
CREATE TRIGGER journal_lines_no_update BEFORE UPDATE ON journal_lines BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;
CREATE TRIGGER journal_lines_no_delete BEFORE DELETE ON journal_lines BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;

-- Which code a role has from a booking date on, where it is not the standard one;
-- only added to, and only by an approval that was given.
CREATE TABLE journal_mappings (
    role       TEXT NOT NULL,
    from_date  TEXT NOT NULL,
    code       TEXT NOT NULL CHECK (code <> ''),
    name       TEXT NOT NULL DEFAULT '',            -- of the account, where the standard chart lacks it
    approval   TEXT NOT NULL,                       -- ref
    created_at TEXT NOT NULL,
    PRIMARY KEY (role, from_date)
) STRICT;
CREATE TRIGGER journal_mappings_need_approval BEFORE INSERT ON journal_mappings
WHEN NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.approval AND a.kind = 'journal_mapping' AND a.status = 'approved')
BEGIN SELECT RAISE(ABORT, 'journal_mappings.unapproved'); END;
CREATE TRIGGER journal_mappings_no_update BEFORE UPDATE ON journal_mappings BEGIN SELECT RAISE(ABORT, 'journal_mappings.unapproved'); END;
CREATE TRIGGER journal_mappings_no_delete BEFORE DELETE ON journal_mappings BEGIN SELECT RAISE(ABORT, 'journal_mappings.unapproved'); END;

-- What went to the external general ledger: each entry lies in one export, and an
-- export can be fetched again.
CREATE TABLE journal_exports (
    idx       INTEGER PRIMARY KEY,
    first_idx INTEGER NOT NULL UNIQUE,
    last_idx  INTEGER NOT NULL UNIQUE REFERENCES journal_entries (idx),
    until     TEXT NOT NULL,                        -- booking dates up to this one
    made_by   TEXT NOT NULL,
    made_at   TEXT NOT NULL,
    CHECK (last_idx >= first_idx)
) STRICT;
CREATE TRIGGER journal_exports_once BEFORE INSERT ON journal_exports
WHEN NEW.first_idx <> 1 + COALESCE((SELECT MAX(x.last_idx) FROM journal_exports x), 0)
BEGIN SELECT RAISE(ABORT, 'journal.exported'); END;
CREATE TRIGGER journal_exports_no_update BEFORE UPDATE ON journal_exports BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;
CREATE TRIGGER journal_exports_no_delete BEFORE DELETE ON journal_exports BEGIN SELECT RAISE(ABORT, 'journal.append_only'); END;

-- Months that finance closed: nothing more is booked in them, and what is dated in
-- them later takes two people. They are closed in their order and reopened by two,
-- the last one first; closed again, a month has another last entry.
CREATE TABLE months (
    month       TEXT PRIMARY KEY CHECK (length(month) = 7),
    last_day    TEXT NOT NULL UNIQUE,
    status      TEXT NOT NULL CHECK (status IN ('closed', 'reopened')),
    last_entry  INTEGER NOT NULL,                   -- of the journal when it was closed: what comes after changed it
    checks      TEXT NOT NULL CHECK (json_valid(checks)), -- the list as it stood when it was closed
    closed_by   TEXT NOT NULL,
    closer      TEXT NOT NULL,                      -- name, for the page
    closed_at   TEXT NOT NULL,
    reopening   TEXT NOT NULL DEFAULT '',           -- ref of the approval that opened it last
    reopened_at TEXT,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX months_closed ON months (last_day) WHERE status = 'closed';
CREATE TRIGGER months_close_when_over BEFORE INSERT ON months
WHEN NEW.status <> 'closed' OR NEW.last_day >= (SELECT c.business_date FROM company c)
BEGIN SELECT RAISE(ABORT, 'months.open'); END;
CREATE TRIGGER months_reopened_by_two BEFORE UPDATE OF status ON months
WHEN NEW.status = 'reopened'
 AND (EXISTS (SELECT 1 FROM months l WHERE l.status = 'closed' AND l.last_day > NEW.last_day)
   OR NEW.reopening = OLD.reopening
   OR NOT EXISTS (SELECT 1 FROM approvals a WHERE a.ref = NEW.reopening AND a.kind = 'month_reopening' AND a.subject = 'month/' || NEW.month AND a.status = 'approved'))
BEGIN SELECT RAISE(ABORT, 'months.unapproved'); END;
CREATE TRIGGER months_no_delete BEFORE DELETE ON months BEGIN SELECT RAISE(ABORT, 'months.unapproved'); END;
CREATE TRIGGER journal_entries_month_open BEFORE INSERT ON journal_entries
WHEN NEW.booking_date <= (SELECT MAX(m.last_day) FROM months m WHERE m.status = 'closed')
BEGIN SELECT RAISE(ABORT, 'months.closed'); END;
-- What is dated in a closed month was approved by two levels: a receipt, a waiver, new
-- rows, and the reversal of one. Money that is proven to have left is not asked.
CREATE TRIGGER facts_in_closed_month BEFORE INSERT ON facts
WHEN NEW.value_date <= (SELECT MAX(m.last_day) FROM months m WHERE m.status = 'closed')
 AND (NEW.kind IN ('receipt', 'charge', 'waiver', 'adjustment', 'rate_change', 'pause', 'reschedule', 'write_off', 'classification')
   OR NEW.kind = 'reversal' AND (SELECT f.kind FROM facts f WHERE f.account_id = NEW.account_id AND f.key = NEW.reverses)
      IN ('receipt', 'charge', 'waiver', 'adjustment', 'rate_change', 'pause', 'reschedule', 'write_off', 'classification'))
 AND NOT EXISTS (SELECT 1 FROM approvals a
                 WHERE a.status = 'approved' AND a.levels >= 2
                   AND (a.ref = NEW.source
                     OR a.record_id IN (SELECT r.id FROM records r WHERE r.ref = NEW.source
                                        UNION ALL SELECT r.parent_id FROM records r WHERE r.ref = NEW.source
                                        UNION ALL SELECT r.predecessor_id FROM records r WHERE r.ref = NEW.source)
                     OR a.kind = 'take_over' AND a.ended_by > (SELECT h.seq FROM log_head h)))
BEGIN SELECT RAISE(ABORT, 'months.two_levels'); END;

-- What the last command of a day close found wrong in the books: none, mostly.
CREATE TABLE day_findings (
    date    TEXT NOT NULL REFERENCES day_runs (date),
    no      INTEGER NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (date, no)
) STRICT;
