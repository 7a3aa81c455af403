// The scripts of ours that jobs run in their pods, in place of one of the image: for any POSIX shell. They
// take what they are to do from their environment and nothing else: the chart's variables, and typed options
// (kinds.h).
#pragma once

namespace devstats::jobs {

// On files of backups, with stat, mktemp, sed, xz and pg_restore (GNU's or BusyBox's). They tell what they
// find in lines that backups/report.h reads.
extern const char kBackupFunctions[];  // stands before each of the others
extern const char kBackupScript[];     // BACKUP_DATABASE, BACKUP_KEEP, NOBACKUP
extern const char kBackupListScript[];
extern const char kBackupVerifyScript[];  // BACKUP_DATABASES, BACKUP_WHOLE
extern const char kBackupPruneScript[];   // BACKUP_FILES

// Drops a database, with psql: DEVSTATS_DATABASE.
extern const char kDropScript[];
inline constexpr char kDropVariable[] = "DEVSTATS_DATABASE";
// Tells the projects of the image's GHA2DB_PROJECTS_YAML, with awk: a line "project NAME DATABASE REPOSITORY"
// each, then "end COUNT".
extern const char kImageProjectsScript[];

}  // namespace devstats::jobs
