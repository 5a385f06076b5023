"""A team's backup runbook in Markdown: headings, lists, a table, a code block, a few lines of Chinese."""

TEXT = """\
# Backup Runbook: Team Larch

Owner: Marit Solheim. Deputy: 周闻笛. Last reviewed on 2024-05-14; next review due on 2024-11-14.

This note says what is backed up, where the copies are, and how to get data back. Host names, people and numbers are
invented for the Docent demo.

## What Is Backed Up

| Data set | Source | Schedule | Kept for | Copy |
|---|---|---|---|---|
| Orders database | `larch-db-01` | every 15 minutes | 35 days | `vault-02` |
| Customer files | `larch-nas-03` | nightly at 01:30 | 90 days | `vault-02` |
| Mail archive | `larch-mail-01` | weekly, Sunday 03:00 | 7 years | `vault-05` |
| Build artefacts | `larch-ci-04` | nightly at 04:00 | 14 days | none |

Everything except the build artefacts is copied a second time, to the tape library in the Eastgate building, on the
first working day of each month. The tapes are kept for five years.

## Targets

- **Recovery point** (how much work may be lost): 15 minutes for orders, 24 hours for customer files.
- **Recovery time** (how long a restore may take): 2 hours for orders, 8 hours for everything else.
- A restore test is run in the second week of every quarter. A backup that was never restored does not count.

## Restore the Orders Database

1. Tell the shift lead and open a ticket with the label `restore`.
2. Stop the writers, so that no order is taken on a half-restored database.
3. List the snapshots and choose the last one before the incident.
4. Restore into `larch-db-02`, never over the live host.
5. Run the row count check. A difference of more than 0.1% needs a decision by the owner.
6. Point the service to `larch-db-02` and start the writers.

```bash
systemctl stop larch-writer
vaultctl list --set orders --last 24h
vaultctl restore --set orders --snapshot "$SNAPSHOT" --target larch-db-02
larch-check rows --against "$SNAPSHOT" --tolerance 0.1
systemctl start larch-writer
```

The restore of a full snapshot (about 640 GB) took 1 hour and 25 minutes in the test of April 2024.

## When a Backup Fails

- One failed run of the orders job: wait for the next one, it starts within 15 minutes.
- Three failed runs in a row: page the person on call with the code `BK-3`.
- `vault-02` fuller than 85%: delete expired snapshots with `vaultctl prune`. Never delete by hand.
- Wrong or missing encryption key: stop, and call the owner. The spare key lies in safe 4, room E-117; it takes two
  people to open it.

## 值班交接说明

- 每天9:00和21:00交接班，交班人须在值班表上写明最近一次备份是否成功。
- 告警代码`BK-3`须在10分钟内响应；20分钟无人响应时，自动转给副负责人周闻笛。
- 磁带由东门楼（Eastgate）的档案员签收，未经签收不得离开机房。

## History

- 2024-05-14: retention of customer files raised from 60 to 90 days.
- 2024-02-20: mail archive moved from `vault-02` to `vault-05`.
- 2023-11-08: first restore test that met the recovery time of 2 hours.
"""


def build() -> bytes:
    """Give the note as UTF-8."""
    return TEXT.encode()
