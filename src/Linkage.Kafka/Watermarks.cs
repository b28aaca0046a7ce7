using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Linkage.Kafka;

/// <summary>First offset kept and next offset to be read of many partitions, in one request per broker and end.</summary>
internal static class Watermarks
{
    /// <summary>Asks until every partition has answered or the time is over.</summary>
    /// <exception cref="KafkaUnavailableException">No answer in time, or one that will not change (the topic is gone, not allowed).</exception>
    public static IReadOnlyDictionary<int, (long Low, long High)> Query(IAdminClient admin, string topic, IReadOnlyCollection<int> partitions, TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        var low = Ends(admin, topic, partitions, OffsetSpec.Earliest(), started, timeout);
        var high = Ends(admin, topic, partitions, OffsetSpec.Latest(), started, timeout);
        return partitions.ToDictionary(partition => partition, partition => (low[partition], high[partition]));
    }

    private static Dictionary<int, long> Ends(IAdminClient admin, string topic, IReadOnlyCollection<int> partitions, OffsetSpec end, long started, TimeSpan timeout)
    {
        var found = new Dictionary<int, long>(partitions.Count);
        if (partitions.Count == 0)
            return found;

        while (true)
        {
            var left = timeout - Stopwatch.GetElapsedTime(started);
            var options = new ListOffsetsOptions
            {
                IsolationLevel = IsolationLevel.ReadCommitted,
                RequestTimeout = left > TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100),
            };
            var asked = partitions
                .Where(partition => !found.ContainsKey(partition))
                .Select(partition => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, partition), OffsetSpec = end });
            Error? error = null;
            List<ListOffsetsResultInfo> answers = [];
            try
            {
                answers = admin.ListOffsetsAsync(asked, options).GetAwaiter().GetResult().ResultInfos;
            }
            catch (ListOffsetsException e)
            {
                error = e.Error;
                answers = e.Result.ResultInfos;
            }
            catch (KafkaException e)
            {
                error = e.Error;
            }

            foreach (var answer in answers)
            {
                if (answer.TopicPartitionOffsetError.Error.IsError)
                    error = answer.TopicPartitionOffsetError.Error;
                else
                    found[answer.TopicPartitionOffsetError.Partition.Value] = answer.TopicPartitionOffsetError.Offset.Value;
            }

            if (found.Count == partitions.Count)
                return found;

            var permanent = error?.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed;
            if (permanent || Stopwatch.GetElapsedTime(started) >= timeout)
            {
                throw new KafkaUnavailableException(
                    $"The brokers did not say which offsets of topic {topic} they keep: {error?.Reason ?? "no answer"}. Check that the topic exists, that its partitions have leaders, and that this user may describe it.");
            }

            Thread.Sleep(100);
        }
    }
}
