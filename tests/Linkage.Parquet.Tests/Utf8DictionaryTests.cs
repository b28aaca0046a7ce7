namespace Linkage.Parquet.Tests;

/// <summary>Ids of a dictionary's values, looked up by hash or by an id they had.</summary>
public sealed class Utf8DictionaryTests
{
    [Fact]
    public void A_value_has_one_id_whichever_way_it_is_looked_up()
    {
        Utf8Dictionary dictionary = new();
        string[] words = ["full", "partial", "disagree", "", "full"];
        int[] hints = [0, 7, -1, int.MaxValue, 1];
        Random random = new(5);
        for (int round = 0; round < 1000; round++)
        {
            // A dictionary is cleared at every flush, and numbers the same words otherwise then.
            if (round % 50 == 0)
                dictionary.Clear();
            int word = random.Next(words.Length);
            byte[] value = System.Text.Encoding.UTF8.GetBytes(words[word]);
            int id = dictionary.GetOrAdd(value, ref hints[word]);
            Assert.Equal(id, hints[word]);
            Assert.Equal(id, dictionary.GetOrAdd(value));
            Assert.True(dictionary[id].SequenceEqual(value));
        }

        Assert.InRange(dictionary.Count, 1, 4);
    }
}
