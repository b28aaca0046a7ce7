using Linkage.Delta;

namespace Linkage.Worker.Ingestion;

/// <summary>Another worker has linked a patient to somebody else meanwhile, or the ledger was rewritten under this one: what was read since the last commit was judged without knowing.</summary>
public sealed class LinksMovedException()
    : OwnershipLostException("Another worker has changed links that this one has relied on: what was read since the last commit must be read again.");
