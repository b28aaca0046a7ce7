using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Linkage.Kafka;

/// <summary>
/// Whether brokers answer. librdkafka tells that all connections are down, but not that one is up again, and it tries for ever: this
/// asks for the topic's metadata while an outage lasts, and gives up after <see cref="KafkaOptions.ConnectTimeout"/>.
/// </summary>
internal sealed class BrokerContact(IAdminClient admin, KafkaOptions options, ILogger logger)
{
    // A topic just created is not known to every broker at once.
    private static readonly TimeSpan s_topicPatience = TimeSpan.FromSeconds(2);

    private Error? _last;
    private long _outageStart;

    /// <summary>Hears of an error from librdkafka (inside a poll).</summary>
    public void Observe(Error error)
    {
        logger.TransientError(error.Code.ToString(), error.Reason);
        if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            if (_outageStart == 0)
            {
                _outageStart = Stopwatch.GetTimestamp();
                logger.ContactLost(options.ConnectTimeout.TotalSeconds, _last?.Reason ?? error.Reason);
            }
        }
        else
        {
            _last = error;
        }
    }

    /// <summary>Waits for a broker and the topic. Returns the topic's partitions.</summary>
    /// <param name="dispatch">Lets librdkafka deliver its errors to <see cref="Observe"/>.</param>
    /// <exception cref="KafkaUnavailableException">No broker answers, the topic does not exist, or access is refused.</exception>
    public IReadOnlyList<int> WaitForTopic(Action dispatch)
    {
        var started = Stopwatch.GetTimestamp();
        _last = null;
        var missing = false;
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            var error = Ask(Min(options.ConnectTimeout - elapsed, TimeSpan.FromSeconds(1)), out var partitions);
            if (error is null)
            {
                _outageStart = 0;
                return partitions;
            }

            dispatch();
            elapsed = Stopwatch.GetElapsedTime(started);
            if (IsRefusal(error) || (_last is not null && IsRefusal(_last)))
                throw Refused(IsRefusal(error) ? error : _last!);
            missing |= IsMissingTopic(error);
            if (IsMissingTopic(error) && elapsed >= Min(s_topicPatience, options.ConnectTimeout))
                throw MissingTopic();

            // A broker that said the topic is missing has answered, whatever became of the last question.
            if (elapsed >= options.ConnectTimeout)
                throw missing ? MissingTopic() : Unreachable("within", elapsed);

            Thread.Sleep(50);
        }
    }

    /// <summary>Called when a poll brought nothing: cheap unless an outage lasts.</summary>
    /// <exception cref="KafkaUnavailableException">The outage has lasted longer than <see cref="KafkaOptions.ConnectTimeout"/>.</exception>
    public void Verify()
    {
        if (_outageStart == 0)
            return;

        var error = Ask(TimeSpan.FromMilliseconds(500), out _);
        var elapsed = Stopwatch.GetElapsedTime(_outageStart);
        if (error is null)
        {
            logger.ContactRegained(elapsed.TotalSeconds);
            _outageStart = 0;
            _last = null;
        }
        else if (IsRefusal(error))
        {
            throw Refused(error);
        }
        else if (elapsed >= options.ConnectTimeout)
        {
            throw IsMissingTopic(error) ? MissingTopic() : Unreachable("for", elapsed);
        }
    }

    /// <summary>The group said that the topic is unknown: throws if the brokers agree.</summary>
    /// <exception cref="KafkaUnavailableException">The topic is gone.</exception>
    public void VerifyTopic()
    {
        if (Ask(Min(options.ConnectTimeout, TimeSpan.FromSeconds(5)), out _) is { } error && IsMissingTopic(error))
            throw MissingTopic();
    }

    /// <summary>Wrong credentials, no rights, no trust: waiting does not mend it.</summary>
    public static bool IsRefusal(Error error) => error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
        or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState or ErrorCode.Local_Ssl
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.TransactionalIdAuthorizationFailed;

    /// <summary>The error a refusal becomes.</summary>
    public KafkaUnavailableException Refused(Error error) => new(error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed => $"Kafka does not allow this user to use topic {options.Topic}.",
        ErrorCode.GroupAuthorizationFailed => $"Kafka does not allow this user to use consumer group {options.Group}.",
        ErrorCode.Local_Ssl => $"No trusted connection to {options.Brokers}: {error.Reason}. Check security.protocol and the ssl.* settings under Linkage:Kafka.",
        _ => $"Kafka at {options.Brokers} refuses these credentials: {error.Reason}. Check security.protocol and the sasl.* settings under Linkage:Kafka.",
    });

    private static bool IsMissingTopic(Error error) =>
        error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicId or ErrorCode.TopicException;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private Error? Ask(TimeSpan timeout, out IReadOnlyList<int> partitions)
    {
        partitions = [];
        try
        {
            var least = TimeSpan.FromMilliseconds(50);
            var metadata = admin.GetMetadata(options.Topic, timeout > least ? timeout : least);
            var topic = metadata.Topics.Find(found => string.Equals(found.Topic, options.Topic, StringComparison.Ordinal));
            if (topic is null)
                return new Error(ErrorCode.UnknownTopicOrPart);
            if (topic.Error.IsError)
                return topic.Error;
            if (topic.Partitions.Count == 0)
                return new Error(ErrorCode.LeaderNotAvailable);

            partitions = [.. topic.Partitions.Select(partition => partition.PartitionId).Order()];
            return null;
        }
        catch (KafkaException e)
        {
            return e.Error;
        }
    }

    private KafkaUnavailableException MissingTopic() => new(
        $"Topic {options.Topic} does not exist at {options.Brokers}. Create it, or correct Linkage:Source:Topic (--topic).");

    private KafkaUnavailableException Unreachable(string preposition, TimeSpan elapsed) => new(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"No Kafka broker at {options.Brokers} answered {preposition} {elapsed.TotalSeconds:F0} s{(_last is null ? "" : $" ({_last.Reason})")}. Check Linkage:Source:Brokers (--brokers), that the brokers run, and the network."));
}
