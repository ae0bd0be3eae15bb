"""The prototype's own tables: only what it has to keep."""

TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, unit TEXT);
CREATE TABLE login (token_hash TEXT PRIMARY KEY, person INTEGER, name TEXT);
CREATE TABLE report (id INTEGER PRIMARY KEY, number TEXT UNIQUE, place INTEGER, category TEXT,
  description TEXT, suggestion TEXT, spot TEXT, urgency TEXT, identity TEXT, at TEXT,
  submission TEXT UNIQUE, fields TEXT, locator TEXT, secret TEXT);
CREATE TABLE reporter (report INTEGER PRIMARY KEY, person INTEGER, name TEXT, team TEXT);
CREATE TABLE photo (public TEXT PRIMARY KEY, sha TEXT, dhash TEXT, submission TEXT, report INTEGER);
CREATE TABLE deadline (id INTEGER PRIMARY KEY, report INTEGER, kind TEXT, due TEXT);
CREATE TABLE notice (id INTEGER PRIMARY KEY, person INTEGER, words TEXT, at TEXT);
CREATE TABLE head (id INTEGER PRIMARY KEY, seq INTEGER, hash TEXT);
CREATE TABLE event (seq INTEGER PRIMARY KEY, at TEXT, body TEXT, prev TEXT, hash TEXT);
CREATE TABLE hazard (id INTEGER PRIMARY KEY, number TEXT UNIQUE, facts TEXT);
CREATE TABLE word (pair TEXT, hazard INTEGER, PRIMARY KEY (pair, hazard)) WITHOUT ROWID;
INSERT INTO head VALUES (1, 0, '');
"""
