"""The people at customers to two or three kinds of people: who they are, what they say, how to reach them."""
