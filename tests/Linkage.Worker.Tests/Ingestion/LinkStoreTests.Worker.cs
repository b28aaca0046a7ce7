using System.Text;
using Linkage.Delta;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Tests.Ingestion;

public sealed partial class LinkStoreTests
{
    private sealed class Worker : IDisposable
    {
        private readonly LinkStoreTests _test;
        private readonly RunLease _lease;
        private readonly TableSet _tables;
        private readonly int _partition;
        private readonly string _runId;
        private PartitionState _state;
        private long _next;
        private bool _gone;

        public Worker(LinkStoreTests test, string runId, int partition, Pseudonymiser key, out int orphans)
        {
            (_test, _partition, _runId) = (test, partition, runId);
            _lease = RunLease.Take(test._plan.OutputDirectory, runId);
            _tables = TableSet.Open(test._plan, _lease, [], out _);
            Ledger = new LinkLedger(test._registry);
            try
            {
                Store = _tables.Links = LinkStore.Open(test._plan.OutputDirectory, _tables, _lease, Ledger, key, out orphans);
            }
            catch
            {
                Dispose();
                throw;
            }

            _state = new PartitionState(partition, _tables.Progress([partition])[partition], long.MaxValue);
            _next = _state.Committed.Max() ?? 0;
        }

        public LinkLedger Ledger { get; }

        public LinkStore Store { get; }

        public long Version => _tables.Tables[0].Log.Refresh().Version;

        public LinkPlace Place => new(LinkPlace.SourceOf(Encoding.UTF8.GetBytes(Topic), _partition), _next, 0);

        public LinkVerdict Judge(int patient, Decision decision, LinkPlace place, bool isSettled) => Ledger.Judge(KeyOf(patient), decision, place, isSettled);

        public LinkFinding Link(int patient, int participant, Tier tier = Tier.ExactKeys, double weight = 10)
        {
            var finding = Judge(patient, Decided(participant, tier, weight), Place, isSettled: false).Finding;
            _next++;
            return finding;
        }

        /// <summary>Whom the ledger remembers, asked without changing it.</summary>
        public (int Participant, Tier Tier) Remembered(int patient)
        {
            var verdict = Judge(patient, new Decision { Outcome = Outcome.Ambiguous, Participant = -1 }, Place, isSettled: false);
            return (verdict.Previous, verdict.PreviousStrength.Tier);
        }

        public void Commit(int tables = int.MaxValue)
        {
            var findings = Store.Take();
            using var file = Store.Write(findings);
            file?.Sync();
            try
            {
                for (var table = 0; table < Math.Min(tables, _tables.Tables.Length); table++)
                {
                    Commit(table, findings, file);
                }
            }
            catch (LinksMovedException)
            {
                _next = _state.Committed.Max() ?? 0;
                throw;
            }

            Store.RenewBaseIfDue();
        }

        public void DieBeforeTheEntry(bool published)
        {
            var file = Store.Write(Store.Take())!;
            file.Sync();
            _lease.Dispose();
            _gone = true;
            if (published)
            {
                File.Move(Assert.Single(Directory.GetFiles(_test.Links, "*.tmp")), Path.Combine(_test.Links, file.Path));
            }
        }

        public void Crash() => Dispose();

        public void Dispose()
        {
            if (!_gone)
            {
                _gone = true;
                _tables.Dispose();
                _lease.Dispose();
            }
        }

        private void Commit(int table, LinkFindings findings, StagedFile? file)
        {
            var log = _tables.Tables[table].Log;
            if (_next <= (_state.Committed[table] ?? 0))
            {
                return;
            }

            var progress = new SourceProgress(_tables.AppId(_tables.Tables[table], _partition), _state.Committed[table], _next);
            var commit = new TableCommit(Guid.NewGuid(), _runId, [], [progress], DateTimeOffset.UnixEpoch);
            if (table == 0)
            {
                var version = log.Commit(commit with { Attached = file?.Path }, [], file, Store.RequireUnmoved);
                Store.Committed(findings, version, file?.Path);
                _test._history.AddRange(findings.ToArray());
            }
            else
            {
                log.Commit(commit);
            }

            _state.Committed[table] = _next;
        }
    }
}
